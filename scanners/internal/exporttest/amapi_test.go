package exporttest

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"
)

// TestAMAPI: what is made is JSON of the form, the same each time, and has what it says.
func TestAMAPI(t *testing.T) {
	var a, b bytes.Buffer
	if err := AMAPI(&a, 250, 30); err != nil {
		t.Fatal(err)
	}
	if err := AMAPI(&b, 250, 30); err != nil || !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Fatal("two exports differ", err)
	}
	if n := strings.Count(a.String(), "com.zhiliaoapp.musically"); n == 0 || n > 20 {
		t.Errorf("%d of 250 devices have an app that a few should have", n)
	}
	pages, devices, apps := 0, 0, 0
	for d := json.NewDecoder(&a); ; pages++ {
		var page struct {
			Devices []struct {
				Name               string
				ApplicationReports []struct{ PackageName string }
			}
		}
		if err := d.Decode(&page); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		devices += len(page.Devices)
		for _, d := range page.Devices {
			apps += len(d.ApplicationReports)
		}
	}
	if pages != 3 || devices != 250 || apps < 250*20 || apps > 250*40 {
		t.Errorf("%d pages, %d devices, %d apps", pages, devices, apps)
	}
}
