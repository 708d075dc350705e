package riskdb

import (
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

func TestFrameworks(t *testing.T) {
	ending := strings.Join([]string{"", "framework"}, ".") // in one piece the name of one is a mark of something else

	for _, tt := range []struct {
		name  string
		files []string
		sdk   string
		want  Confidence
	}{
		{"its main framework alone", []string{"AppMetricaCore"}, "appmetrica", ConfidenceLow},
		{"and one that belongs to it", []string{"AppMetricaCore", "AppMetricaNetwork"}, "appmetrica", ConfidenceModerate},
		{"a part alone", []string{"AppMetricaNetwork"}, "", ""},
		{"another case", []string{"appmetricacore"}, "", ""},
		{"others", []string{"Alamofire", "AppMetricaCoreX"}, "", ""},
	} {
		b := inventory.Binary{SHA256: "aa"}
		for _, f := range tt.files {
			b.Frameworks = append(b.Frameworks, inventory.Framework{File: "Frameworks/" + f + ending})
		}
		found := loaded.SDKsIn(CodeOf(&b))
		switch {
		case tt.sdk == "" && len(found) > 0:
			t.Errorf("%s: %v", tt.name, found)
		case tt.sdk != "" && (len(found) != 1 || found[0].SDK.ID != tt.sdk || found[0].Confidence != tt.want || found[0].Marks[0].Places[0].File == ""):
			t.Errorf("%s: got %+v", tt.name, found)
		}
	}
}
