// Package riskdb is what Quaestor knows about products, their owners, the law over those owners, and what
// authorities have decided about them.
//
// [Load] reads the knowledge that is built into the program. A [DB] is immutable and safe for concurrent
// use; its rows are shared, so callers must not change them. Every fact names its sources, or says that it
// is not verified and why.
//
// What the package cannot see: it holds what public sources said on the day of [Version]. A product or
// company that is not listed is not thereby harmless, and a country is never proof of misconduct.
package riskdb
