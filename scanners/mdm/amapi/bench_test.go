package amapi

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"testing"

	"quaestor/scanners"
	"quaestor/scanners/internal/exporttest"
	"quaestor/scanners/internal/jsonstream"
	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/source"
)

// The export of the benchmarks: 2,000 devices with about 90 apps each. Ten times as many take ten times as long.
const (
	benchDevices = 2000
	benchApps    = 90
)

func export(b *testing.B) []byte {
	b.Helper()
	var out bytes.Buffer
	if err := exporttest.AMAPI(&out, benchDevices, benchApps); err != nil {
		b.Fatal(err)
	}
	return out.Bytes()
}

// BenchmarkStandard only decodes with encoding/json what the scanner reads, page by page as programs do.
func BenchmarkStandard(b *testing.B) {
	data := export(b)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		n := 0
		for d := json.NewDecoder(bytes.NewReader(data)); ; {
			var page standardPage
			if err := d.Decode(&page); err == io.EOF {
				break
			} else if err != nil {
				b.Fatal(err)
			}
			n += len(page.Devices)
		}
		if n != benchDevices {
			b.Fatal(n)
		}
	}
}

// BenchmarkDecode only finds and decodes the devices, with the scanner's own decoder.
func BenchmarkDecode(b *testing.B) {
	data := export(b)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		n := 0
		if err := jsonstream.Elements(bytes.NewReader(data), options, func(e jsonstream.Element) error {
			n++
			_, err := decode(e.Raw)
			return err
		}); err != nil || n != benchDevices {
			b.Fatal(n, err)
		}
	}
}

// BenchmarkSplit finds the devices, and BenchmarkScan makes their facts too, one after another: plain, and compressed with gzip.
func BenchmarkSplit(b *testing.B) { scanning(b, func(scanners.Part) {}) }

func BenchmarkScan(b *testing.B) { scanning(b, func(p scanners.Part) { p() }) }

func scanning(b *testing.B, each func(scanners.Part)) {
	data := export(b)
	for _, name := range []string{"plain", "gzip"} {
		b.Run(name, func(b *testing.B) {
			path, content := filepath.Join(b.TempDir(), "devices.json"), data
			if name == "gzip" {
				content = packed(b, data)
			}
			if err := os.WriteFile(path, content, 0o600); err != nil {
				b.Fatal(err)
			}
			src := scantest.Open(b, path)
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				n := 0
				_, err := New().Split(context.Background(), []*source.Source{src}, func(p scanners.Part) error {
					n++
					each(p)
					return nil
				})
				if err != nil || n != benchDevices {
					b.Fatal(n, err)
				}
			}
		})
	}
}

func packed(b *testing.B, data []byte) []byte {
	b.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write(data); err != nil || z.Close() != nil {
		b.Fatal(err)
	}
	return out.Bytes()
}

// standardPage has what the scanner reads, for encoding/json.
type standardPage struct {
	Devices []struct {
		Name, ManagementMode, Ownership, State, AppliedState, AppliedPolicyName string
		APILevel                                                                int
		PolicyCompliant                                                         *bool
		NonComplianceDetails                                                    []struct{}
		EnrollmentTime, LastStatusReportTime, LastPolicySyncTime                string
		SoftwareInfo                                                            struct{ AndroidVersion, AndroidBuildNumber, SecurityPatchLevel, DeviceKernelVersion, PrimaryLanguageCode string }
		HardwareInfo                                                            struct{ Brand, Manufacturer, Model, Hardware, SerialNumber, EnterpriseSpecificID string }
		DeviceSettings                                                          struct {
			IsEncrypted, IsDeviceSecure, UnknownSourcesEnabled, DevelopmentSettingsEnabled, ADBEnabled, VerifyAppsEnabled *bool
			EncryptionStatus                                                                                              string
		}
		SecurityPosture struct {
			DevicePosture  string
			PostureDetails []struct{ SecurityRisk string }
		}
		ApplicationReports []struct {
			PackageName, DisplayName, VersionName, ApplicationSource, State, InstallerPackageName, PackageSha256Hash, UserFacingType string
			VersionCode                                                                                                              int64
			SigningKeyCertFingerprints                                                                                               []string
		}
	}
}
