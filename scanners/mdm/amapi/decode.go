package amapi

import (
	"bytes"
	"time"

	"quaestor/scanners/internal/jsonpart"
)

// device is what is read of a device. Members that are false or empty are left out of answers of the API.
type device struct {
	name, mode, ownership, state, applied, policy string
	apiLevel                                      int64
	compliant                                     *bool
	nonCompliant                                  int // settings of the policy that it does not follow
	enrolled, reported, synced                    *time.Time
	unread                                        *string // what stands in the place of the time of the last report
	version, build, patch, kernel, language       string
	brand, manufacturer, model, hardware          string
	serial, specific                              string
	settings                                      settings
	posture                                       string
	risks                                         []string
	reports                                       bool // there is a list of apps
	apps                                          []app
	read                                          *jsonpart.Cursor // which knows what is odd
}

// settings are the settings of a device that tell of its protection.
type settings struct {
	encryption                                             string
	encrypted, secure, unknown, development, debug, verify *bool
}

// app is the report of an app.
type app struct {
	pkg, label, version, source, state, installer, digest, facing string
	code                                                          int64
	certs                                                         []string
}

// maxApps is how many reports of one device are read, maxCerts how many certificates of one app.
const (
	maxApps  = 20_000
	maxCerts = 32
)

// decode reads a device. What comes before damage is kept.
func decode(raw []byte) (*device, error) {
	c := jsonpart.NewCursor(raw)
	d := &device{read: c}
	for name := range c.Members() {
		switch string(name) {
		case "name":
			d.name = c.Text()
		case "managementMode":
			d.mode = c.Text()
		case "ownership":
			d.ownership = c.Text()
		case "state":
			d.state = c.Text()
		case "appliedState":
			d.applied = c.Text()
		case "appliedPolicyName":
			d.policy = c.Text()
		case "apiLevel":
			d.apiLevel, _ = c.Number()
		case "policyCompliant":
			d.compliant = c.Bool()
		case "nonComplianceDetails":
			for range c.Items() {
				d.nonCompliant++
			}
		case "enrollmentTime":
			d.enrolled = moment(c)
		case "lastStatusReportTime":
			text := c.Scalar()
			if d.reported = momentOf(text); d.reported == nil {
				d.unread = &text
			}
		case "lastPolicySyncTime":
			d.synced = moment(c)
		case "softwareInfo":
			d.software(c)
		case "hardwareInfo":
			d.hardwareOf(c)
		case "deviceSettings":
			d.settings.read(c)
		case "securityPosture":
			d.security(c)
		case "applicationReports":
			d.reports = true
			d.applications(c)
		}
	}
	return d, c.Err()
}

// moment is a time; nil when there is none.
func moment(c *jsonpart.Cursor) *time.Time {
	return momentOf(c.Text())
}

func momentOf(text string) *time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil || t.Unix() <= 0 {
		return nil
	}
	t = t.UTC()
	return &t
}

func (d *device) software(c *jsonpart.Cursor) {
	for name := range c.Members() {
		switch string(name) {
		case "androidVersion":
			d.version = c.Text()
		case "androidBuildNumber":
			d.build = c.Text()
		case "securityPatchLevel":
			d.patch = c.Text()
		case "deviceKernelVersion":
			d.kernel = c.Text()
		case "primaryLanguageCode":
			d.language = c.Text()
		}
	}
}

func (d *device) hardwareOf(c *jsonpart.Cursor) {
	for name := range c.Members() {
		switch string(name) {
		case "brand":
			d.brand = c.Text()
		case "manufacturer":
			d.manufacturer = c.Text()
		case "model":
			d.model = c.Text()
		case "hardware":
			d.hardware = c.Text()
		case "serialNumber":
			d.serial = c.Text()
		case "enterpriseSpecificId":
			d.specific = c.Text()
		}
	}
}

func (s *settings) read(c *jsonpart.Cursor) {
	for name := range c.Members() {
		switch string(name) {
		case "isEncrypted":
			s.encrypted = c.Bool()
		case "encryptionStatus":
			s.encryption = c.Text()
		case "isDeviceSecure":
			s.secure = c.Bool()
		case "unknownSourcesEnabled":
			s.unknown = c.Bool()
		case "developmentSettingsEnabled":
			s.development = c.Bool()
		case "adbEnabled":
			s.debug = c.Bool()
		case "verifyAppsEnabled":
			s.verify = c.Bool()
		}
	}
}

func (d *device) security(c *jsonpart.Cursor) {
	for name := range c.Members() {
		switch string(name) {
		case "devicePosture":
			d.posture = c.Text()
		case "postureDetails":
			for range c.Items() {
				for name := range c.Members() {
					if string(name) == "securityRisk" {
						d.risks = append(d.risks, c.Text())
					}
				}
			}
		}
	}
}

func (d *device) applications(c *jsonpart.Cursor) {
	d.apps = make([]app, 0, 64)
	for range c.Items() {
		if len(d.apps) > maxApps {
			continue // the one beyond tells that there are more
		}
		d.apps = append(d.apps, app{})
		d.apps[len(d.apps)-1].read(c)
	}
}

func (a *app) read(c *jsonpart.Cursor) {
	for name := range c.Members() {
		switch string(name) {
		case "packageName":
			a.pkg = c.Text()
		case "displayName":
			a.label = c.Text()
		case "versionName":
			a.version = c.Text()
		case "versionCode":
			a.code, _ = c.Number()
		case "state":
			a.state = word(c)
		case "applicationSource":
			a.source = word(c)
		case "userFacingType":
			a.facing = word(c)
		case "installerPackageName":
			a.installer = word(c)
		case "packageSha256Hash":
			a.digest = c.Text()
		case "signingKeyCertFingerprints":
			for range c.Items() {
				if s := c.Bytes(); len(a.certs) < maxCerts {
					a.certs = append(a.certs, string(s))
				}
			}
		}
	}
}

// The words that stand in nearly every report.
const (
	removed      = "REMOVED"
	factory      = "SYSTEM_APP_FACTORY_VERSION"
	updated      = "SYSTEM_APP_UPDATED_VERSION"
	fromPlay     = "INSTALLED_FROM_PLAY_STORE"
	notFacing    = "NOT_USER_FACING"
	playStore    = "com.android.vending"
	unspecified  = "_UNSPECIFIED"
	maxWordBytes = 256
)

var words = [][]byte{[]byte("INSTALLED"), []byte(fromPlay), []byte(playStore), []byte(factory), []byte("USER_FACING"), []byte(notFacing), []byte(updated), []byte(removed)}

var wordTexts = texts(words)

func texts(words [][]byte) (out []string) {
	for _, w := range words {
		out = append(out, string(w))
	}
	return out
}

// word is Text for values that repeat, which are not copied.
func word(c *jsonpart.Cursor) string {
	b := c.Bytes()
	for i, w := range words {
		if bytes.Equal(b, w) {
			return wordTexts[i]
		}
	}
	return string(b)
}
