def log = new File(basedir, 'build.log').text
['GDP growth at 7.2%', 'inflation at 2.1%'].each { finding ->
    if (!log.readLines().any { it.contains(finding) && it.contains(' at ') && !it.contains('Exception') })
        throw new IllegalStateException("the example did not print: $finding")
}
if (!new File(basedir, 'data/researcher').directory)
    throw new IllegalStateException('the example kept nothing in data/researcher')
return true
