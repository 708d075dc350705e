package osquery

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"quaestor/scanners"
	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/source"
)

// fleetLog is a log of snapshots of so many hosts, with so many programs each, whose lines are mixed: each host writes three times.
func fleetLog(hosts, programs int) []byte {
	var b bytes.Buffer
	for round := range 3 {
		for h := range hosts {
			fmt.Fprintf(&b, `{"snapshot":[`)
			for p := range programs {
				if p > 0 {
					b.WriteByte(',')
				}
				n := (h*7 + p*13 + round) % 400
				fmt.Fprintf(&b, `{"identifying_number":"{%08X-0000-4000-8000-000000000000}","install_date":"20260102","install_location":"C:\\Program Files\\Program %d\\","name":"Program %d","publisher":"Maker %d","uninstall_string":"MsiExec.exe /I{%08X}","version":"1.%d.0"}`, n, n, n, n%50, n, n%9)
			}
			fmt.Fprintf(&b, `],"action":"snapshot","name":"pack/all/programs","hostIdentifier":"pc-%05d","calendarTime":"Mon Mar  4 08:00:00 2024 UTC","unixTime":%d,"epoch":0,"counter":0,"numerics":false,"decorations":{"host_uuid":"%08x-0000-4000-8000-000000000000","hostname":"pc-%05d"}}`+"\n", h, 1709539200+round*86400, h, h)
		}
	}
	return b.Bytes()
}

func fleetFile(b *testing.B) (*source.Source, []byte) {
	data := fleetLog(300, 120)
	path := filepath.Join(b.TempDir(), "osqueryd.results.log")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		b.Fatal(err)
	}
	return scantest.Open(b, path), data
}

// BenchmarkLog reads a log of many computers.
func BenchmarkLog(b *testing.B) {
	src, data := fleetFile(b)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		n := 0
		_, err := scanner{}.Split(context.Background(), []*source.Source{src}, func(p scanners.Part) error {
			n += len(p().Apps)
			return nil
		})
		if err != nil || n != 300*120 {
			b.Fatal(n, err)
		}
	}
}

// BenchmarkLogDecode decodes the same lines with encoding/json and does nothing else: what BenchmarkLog is compared with.
func BenchmarkLogDecode(b *testing.B) {
	_, data := fleetFile(b)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		for line := range bytes.Lines(data) {
			var v map[string]any
			if err := json.Unmarshal(line, &v); err != nil {
				b.Fatal(err)
			}
		}
	}
}
