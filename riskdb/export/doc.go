// Package export writes the risk database as JSON and as YAML, and reads the JSON back.
//
// The JSON form is the stable one: signed bundles carry it, and a second authority can read and question it
// without this program. It is an object whose first member, "schema", names the form; each further member is
// a table, with the names of the YAML data, one row a line, in the order of the compiled data. Members that
// hold nothing are left out. The same tables always give the same bytes, and only those bytes are read back:
// a member that this program does not know is refused, because leaving out what it says (an exception, a
// limit of a ban) could make a row accuse where it does not.
//
// What the package cannot see: whether rows hold together or are true. References and rules are checked when
// the YAML is compiled.
package export

// Schema is the name of the JSON form.
const Schema = "quaestor.riskdb/1"
