package reports

import (
	"slices"
	"strings"
	"testing"
)

func measured(action string, notFor ...string) Finding {
	return Finding{Action: action, Measures: []Measure{{BindsNot: notFor}}, Params: map[string]string{}}
}

func TestNotFor(t *testing.T) {
	for name, c := range map[string]struct {
		findings []Finding
		want     []string
	}{
		"one ban":                   {[]Finding{measured("remove", "chamber", "private-devices")}, []string{"chamber", "private-devices"}},
		"a ban that binds all":      {[]Finding{measured("remove")}, nil},
		"two bans":                  {[]Finding{measured("remove", "chamber", "rtbf"), measured("remove", "chamber")}, []string{"chamber"}},
		"and another that asks it":  {[]Finding{measured("remove", "chamber"), {Action: "remove"}}, nil},
		"another action beside it":  {[]Finding{measured("remove", "chamber"), {Action: "review"}}, []string{"chamber"}},
		"an excepted one beside it": {[]Finding{measured("remove", "chamber"), {Action: "remove", Exception: &Exception{}}}, []string{"chamber"}},
		"nothing":                   {nil, nil},
	} {
		var list []*Finding
		for i := range c.findings {
			list = append(list, &c.findings[i])
		}
		if got := NotFor(list, "remove"); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if got := Limited([]string{"chamber", "private-devices", "c", "d", "e"}); got != "where the ban applies: not for chamber, private devices, c and 2 more" {
		t.Error(got)
	}
}

// TestSentenceIsLimited: the sentence does not tell to remove what the ban asks of others only.
func TestSentenceIsLimited(t *testing.T) {
	named := func(f Finding, product string) Finding {
		f.Params = map[string]string{"product": product}
		return f
	}
	clip, chat, all := named(measured("remove", "chamber"), "Clip"), named(measured("remove", "chamber"), "Chat"), named(measured("remove"), "All")
	for _, c := range []struct {
		findings []Finding
		want     string
	}{
		{[]Finding{clip}, "Clip (where the ban applies: not for chamber)"},
		{[]Finding{clip, chat}, "Clip, Chat (where the ban applies: not for chamber)"},
		{[]Finding{clip, all}, "Clip (where the ban applies: not for chamber), All"},
		{[]Finding{all}, "All"},
	} {
		if got := verdict(&Report{Findings: c.findings}).Sentence; !strings.HasSuffix(got, "Proposed for removal: "+c.want+".") {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
