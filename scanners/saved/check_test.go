package saved

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

// TestFlaws: an inventory that somebody wrote or changed by hand says nothing that is not so.
func TestFlaws(t *testing.T) {
	id := inventory.AppID("d", inventory.AndroidPackage, "org.example")
	app := func(id, device, kind, identifier string) string {
		return fmt.Sprintf(`{"id":%q,"device":%q,"platform":"android","identifier_kind":%q,"identifier":%q}`, id, device, kind, identifier)
	}
	good := app(id, "d", "android-package", "org.example")
	for name, tt := range map[string]struct {
		members string
		want    []string // details of the gaps
		apps    []string // identifiers
	}{
		"as written":            {`"apps":[` + good + `]`, nil, []string{"org.example"}},
		"no list":               {`"note":1`, []string{flawNoList, "no record of a scan", "fields that this version does not know"}, nil},
		"wrong case":            {`"Apps":[` + good + `],"runs":[{}]`, []string{flawCase}, nil},
		"nothing but wrong":     {`"APPS":[` + good + `]`, []string{flawCase, flawNoList, "no record of a scan"}, nil},
		"no identifier":         {`"apps":[` + app("x", "d", "android-package", "") + `]`, []string{flawIdentifier}, []string{""}},
		"blank identifier":      {`"apps":[` + app("x", "d", "android-package", " ") + `]`, []string{flawIdentifier, flawSpace}, []string{""}},
		"no kind":               {`"apps":[` + app("x", "d", "", "org.example") + `]`, []string{flawKind}, []string{"org.example"}},
		"unknown kind":          {`"apps":[` + app("x", "d", "bundle", "org.example") + `]`, []string{flawKind}, []string{"org.example"}},
		"spaces":                {`"apps":[` + app(id, "d", " android-package", "\torg.example ") + `]`, []string{flawSpace}, []string{"org.example"}},
		"another's ID":          {`"apps":[` + app(id, "d", "android-package", "org.other") + `]`, []string{flawID}, []string{"org.other"}},
		"another device's ID":   {`"apps":[` + app(id, "e", "android-package", "org.example") + `]`, []string{flawID}, []string{"org.example"}},
		"a file's own ID":       {`"apps":[` + app(id, "", "android-package", "org.example") + `]`, nil, []string{"org.example"}},
		"one ID for two":        {`"apps":[` + good + `,` + app(id, "d", "android-package", "org.other") + `]`, []string{"bear one ID"}, []string{"org.example", "org.other"}},
		"devices and no apps":   {`"devices":[{"id":"d"}]`, []string{"no record of a scan"}, nil},
		"a scan without a fact": {`"devices":[{"id":"d"}],"runs":[{"scanner":"x","status":"succeeded"}]`, nil, nil},
		"apps taken out":        {`"devices":[{"id":"d"}],"runs":[{"facts":2},{"facts":3}]`, []string{"that 5 facts were found"}, nil},
		"security products":     {`"devices":[{"id":"d"}],"security_products":[{"id":"s"}]`, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			inv, err := Read(context.Background(), strings.NewReader(`{"schema":"quaestor.inventory/1.0.1",`+tt.members+`}`), "f")
			if err != nil {
				t.Fatal(err)
			}
			var apps []string
			for _, a := range inv.Apps {
				apps = append(apps, a.Identifier)
			}
			if !slices.Equal(apps, tt.apps) {
				t.Errorf("apps %q, want %q", apps, tt.apps)
			}
			if len(inv.Gaps) != len(tt.want) {
				t.Errorf("gaps %+v, want %d", inv.Gaps, len(tt.want))
			}
			for _, want := range tt.want {
				at := slices.IndexFunc(inv.Gaps, func(g inventory.Gap) bool { return strings.Contains(g.Detail, want) })
				if at < 0 {
					t.Errorf("no gap says %q", want)
				} else if g := inv.Gaps[at]; !g.Kind.Incomplete() && g.Kind != inventory.GapSkipped || g.Next == "" {
					t.Errorf("gap %+v", g)
				}
			}
		})
	}
}

// endless yields a beginning and then the same byte for ever.
type endless struct {
	start string
	fill  byte
	read  int64
}

func (e *endless) Read(p []byte) (int, error) {
	n := copy(p, e.start)
	e.start = e.start[n:]
	for i := n; i < len(p); i++ {
		p[i] = e.fill
	}
	e.read += int64(len(p))
	return len(p), nil
}

// TestGuard: a part of a text that no inventory has is refused long before the whole file is read.
func TestGuard(t *testing.T) {
	const schema = `{"schema":"quaestor.inventory/1.0.1",`
	for name, tt := range map[string]struct {
		start string
		fill  byte
		limit int64
	}{
		"text":         {schema + `"apps":[{"id":"`, 'x', maxToken},
		"escapes":      {schema + `"apps":[{"id":"`, '\\', maxToken},
		"number":       {schema + `"apps":[{"uid":`, '1', maxToken},
		"unknown text": {schema + `"x":"`, 'x', maxToken},
		"name":         {`{"`, 'x', maxToken},
		"space":        {schema, ' ', maxSpace},
		"space first":  {"", '\n', maxSpace},
		"fact":         {schema + `"apps":[{"id":"a","uid":1`, ',', maxElement},
		"depth":        {schema + `"x":`, '[', maxElement},
	} {
		in := &endless{start: tt.start, fill: tt.fill}
		if _, err := Read(context.Background(), in, "f"); err == nil {
			t.Errorf("%s: no error", name)
		}
		if in.read > 2*tt.limit+1<<20 {
			t.Errorf("%s: %d bytes were read", name, in.read)
		}
	}
}

// TestGuardPasses: what is as long as it may be gets through, bytes in texts that look like brackets or spaces
// are not counted as such, and nothing is changed.
func TestGuardPasses(t *testing.T) {
	long := strings.Repeat("x", maxToken-1)
	for name, text := range map[string]string{
		"long texts": `{"a":["` + long + `","` + long + `"]}`,
		"space":      `{"a":` + strings.Repeat(" ", maxSpace) + "1" + strings.Repeat("\n", maxSpace) + `}`,
		"in a text":  `{"a":[["` + strings.Repeat(" ", 2*maxSpace) + `{[\\\""]]}`,
		"many facts": `{"a":[` + strings.Repeat(`{"b":[1,2,3]},`, 3<<20) + `{}]}`,
	} {
		got, err := io.ReadAll(&guard{r: strings.NewReader(text)})
		if string(got) != text || err != nil {
			t.Errorf("%s: %d of %d bytes, %v", name, len(got), len(text), err)
		}
	}
	g := &guard{r: strings.NewReader(strings.Repeat(" ", maxSpace+1))}
	if _, err := io.ReadAll(g); err == nil {
		t.Error("one space too many")
	}
	if _, again := g.Read(make([]byte, 1)); again == nil || errors.Is(again, io.EOF) {
		t.Errorf("after the error: %v", again)
	}
}
