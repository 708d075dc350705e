package scanners

// Adopt is adopt, for tests.
var Adopt = adopt
