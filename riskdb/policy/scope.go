package policy

import (
	"slices"
	"strings"
	"time"

	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// scope wants an exception to say what it is for, and warns where that is nearly everything.
func (c *checker) scope(path string, e *riskdb.Exception, groups []riskdb.DeviceGroup) {
	narrow := len(e.Products)+len(e.Rules)+len(e.Vulnerabilities) > 0 || len(e.Components) > 0 && !slices.ContainsFunc(e.Components, everyComponent) || len(e.Devices) > 0 && !slices.ContainsFunc(e.Devices, onlyStars) ||
		len(e.Apps) > 0 && !slices.ContainsFunc(e.Apps, onlyStars) || len(e.Groups) > 0 && !someGroupIsAll(groups, e.Groups)
	switch {
	case len(e.Devices)+len(e.Groups)+len(e.Products)+len(e.Apps)+len(e.Rules)+len(e.Vulnerabilities)+len(e.Components) == 0:
		c.fault(path, "the exception has no scope and would cover everything: name devices, groups, products, apps, rules or vulnerabilities")
	case !narrow:
		c.fault(path, "the scope of the exception is nothing but stars and would cover everything: name devices, groups, products, apps, rules or vulnerabilities")
	}
	for i, g := range e.Apps {
		if onlyStars(g) || wideApps(g) {
			c.warn(at(path+".apps", i), "%q covers every app with such an identifier, also those that nobody has thought of: name the apps", short(g))
		}
	}
	for i, g := range e.Devices {
		if onlyStars(g) || wideDevices(g) {
			c.warn(at(path+".devices", i), "%q covers every device, or all of a platform: name the devices, or a group", short(g))
		}
	}
}

// everyComponent reports whether a pattern of package URLs fits all of them, or all of one type.
func everyComponent(pattern string) bool {
	kind, name, _ := strings.Cut(strings.TrimPrefix(pattern, "pkg:"), "/")
	return onlyStars(kind) || strings.Trim(name, "*/@") == ""
}

// onlyStars reports whether a pattern fits every text, or every text with a dot or hyphen in it.
func onlyStars(pattern string) bool {
	return pattern != "" && strings.Contains(pattern, "*") && strings.Trim(pattern, "*.-") == ""
}

func someGroupIsAll(groups []riskdb.DeviceGroup, ids []string) bool {
	return slices.ContainsFunc(groups, func(g riskdb.DeviceGroup) bool {
		return slices.Contains(ids, g.ID) && slices.ContainsFunc(g.Devices, onlyStars)
	})
}

// fewLetters is how many letters before a star say next to nothing.
const fewLetters = 3

// wideApps reports whether a pattern fits all that begin or end with one label of a registry, as com.* does.
func wideApps(pattern string) bool {
	if !strings.Contains(pattern, "*") {
		return false
	}
	label := strings.Trim(pattern, "*.")
	dotted := strings.Contains(strings.Trim(pattern, "*"), ".")
	return !strings.ContainsAny(label, "*.") && (dotted || len(label) <= fewLetters)
}

// wideDevices reports whether a pattern fits all devices of a platform by their IDs.
func wideDevices(pattern string) bool {
	if !strings.Contains(pattern, "*") {
		return false
	}
	name := strings.Trim(pattern, "*-")
	return len(name) <= fewLetters || slices.Contains(platforms, name) || slices.Contains([]string{string(inventory.Android), "iphone", "ipad"}, strings.ToLower(name))
}

// long warns of an exception that nobody will look at again for more than a year.
func (c *checker) long(path string, until riskdb.Date) {
	today, err := time.Parse(time.DateOnly, string(c.AsOf))
	if err == nil && until.Valid() && string(until) > today.AddDate(1, 0, 0).Format(time.DateOnly) {
		c.warn(path, "the exception lasts until %s, more than a year ahead: let somebody approve it again each year", until)
	}
}

// short is a foreign text that is not too long for a message.
func short(text string) string {
	const most = 200
	if r := []rune(text); len(r) > most {
		return string(r[:most]) + "…"
	}
	return text
}
