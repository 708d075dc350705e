package main

import (
	"strings"

	"quaestor/reports/text"
)

// localeVariables say which language somebody reads, the first that is set deciding, as POSIX has it.
var localeVariables = []string{"LC_ALL", "LC_MESSAGES", "LANG"}

// parseLanguage is the language of what people read: the one that is named, else that of the locale, else English.
func parseLanguage(env Env, named string) (string, error) {
	if named != "" {
		tag, ok := text.Match(named)
		if !ok {
			return "", usageError("--lang %q: choose from %s", named, strings.Join(text.Languages(), ", "))
		}
		return tag, nil
	}
	for _, name := range localeVariables {
		if v, ok := env.LookupEnv(name); ok && v != "" {
			if tag, ok := text.Match(v); ok {
				return tag, nil
			}
			break
		}
	}
	return text.English, nil
}
