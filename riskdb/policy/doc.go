// Package policy reads policy packs from YAML files: the authorities an organisation follows, its own rules with
// conditions in CEL, its allow list and its exceptions. It checks them, tests them and compares them.
//
// Files are taken as hostile: there are limits on size, depth, numbers, expressions and their cost, and aliases are
// refused. Every problem names its file, line and column. Package riskdb applies what is read here; the
// environment of CEL is only built when a pack that is used has a condition.
//
// What the package cannot see: whether a rule is wise, whether an approver may approve, and whether a device is
// what its name says.
package policy
