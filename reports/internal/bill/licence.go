package bill

import "github.com/github/go-spdx/v2/spdxexp"

// Expression is the licence expression of SPDX that was stated, if that is what it is: one, and valid.
func Expression(licences []string) (string, bool) {
	if len(licences) != 1 || len(licences[0]) > maxExpression {
		return "", false
	}
	ok, _ := spdxexp.ValidateLicenses(licences)
	return licences[0], ok
}

// maxExpression bounds what is parsed.
const maxExpression = 512
