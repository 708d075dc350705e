package table_test

import (
	"bytes"
	"strings"
	"testing"

	"quaestor/reports"
	"quaestor/reports/table"
)

// TestTrackersAreAttributed: a name that came of a list is marked, and the list named under it.
func TestTrackersAreAttributed(t *testing.T) {
	r := &reports.Report{Apps: []reports.App{{ID: "a", Identifier: "org.example.app", Inside: &reports.Inside{SDKs: []reports.InsideSDK{
		{ID: "kit", Name: "Kit", Vendor: "Maker", Confidence: "high"}, {ID: "list-1", Name: "Counter", Confidence: "low", Attribution: "Contains information of a list."}}}}}}
	var b bytes.Buffer
	if err := (table.Writer{}).Write(&b, r, reports.Options{Width: 120}); err != nil {
		t.Fatal(err)
	}
	if text := b.String(); !strings.Contains(text, "Kit of Maker; Counter* (perhaps)") || !strings.Contains(text, "Marked *: Contains information of a list.") {
		t.Error(text)
	}
}
