package dev.hearsay.mesh;

/**
 * A field that exists.
 *
 * @param name the field's name
 * @param type OrSet, PnCounter, LwwRegister, OrMap, AppendLog, MvRegister, ConfidenceRegister or
 *     Flag
 * @param size how many keys it holds
 */
public record FieldInfo(String name, String type, int size) {}
