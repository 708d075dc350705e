package main

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// documents decodes JSON documents one after another, as programs do that read what an API answers.
func documents[T any](r io.Reader) error {
	for d := json.NewDecoder(r); ; {
		var page T
		if err := d.Decode(&page); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func amapiStandard(r io.Reader) error { return documents[amapiPage](r) }

// amapiPage is what the scanner wants of an answer of the Android Management API.
type amapiPage struct {
	Devices []struct {
		Name, ManagementMode, Ownership, State, AppliedState, AppliedPolicyName string
		APILevel                                                                int
		PolicyCompliant                                                         *bool
		EnrollmentTime, LastStatusReportTime, LastPolicySyncTime                string
		SoftwareInfo                                                            struct{ AndroidVersion, AndroidBuildNumber, SecurityPatchLevel string }
		HardwareInfo                                                            struct{ Brand, Manufacturer, Model, Hardware, SerialNumber, EnterpriseSpecificID string }
		DeviceSettings                                                          struct {
			IsEncrypted, IsDeviceSecure, UnknownSourcesEnabled, DevelopmentSettingsEnabled, ADBEnabled, VerifyAppsEnabled *bool
			EncryptionStatus                                                                                              string
		}
		SecurityPosture    struct{ DevicePosture string }
		ApplicationReports []struct {
			PackageName, DisplayName, VersionName, ApplicationSource, State, InstallerPackageName, PackageSha256Hash, UserFacingType string
			VersionCode                                                                                                              int64
			SigningKeyCertFingerprints                                                                                               []string
		}
	}
}

// intuneStandard walks to the list, which is one document however long it is, and decodes device by device.
func intuneStandard(r io.Reader) error {
	d := json.NewDecoder(r)
	for {
		t, err := d.Token()
		if err != nil {
			return err
		}
		if t == json.Delim('[') {
			break
		}
	}
	for d.More() {
		var device intuneDevice
		if err := d.Decode(&device); err != nil {
			return err
		}
	}
	return nil
}

// intuneDevice is what the scanner wants of a managedDevice of Microsoft Graph.
type intuneDevice struct {
	ID, DeviceName, ManagedDeviceOwnerType, EnrolledDateTime, LastSyncDateTime, OperatingSystem, ComplianceState, JailBroken, ManagementAgent, OSVersion,
	DeviceEnrollmentType, DeviceRegistrationState, Model, Manufacturer, SerialNumber, AndroidSecurityPatchLevel string
	IsSupervised, IsEncrypted *bool
	DetectedApps              []struct{ ID, DisplayName, Version, Publisher, Platform string }
}

// tableStandard reads the rows of a table, and keeps the columns that the scanner wants.
func tableStandard(r io.Reader) error {
	in := csv.NewReader(r)
	in.ReuseRecord = true
	header, err := in.Read()
	if err != nil {
		return err
	}
	header = slices.Clone(header)
	var wanted [7]int
	for i, name := range []string{"ApplicationName", "ApplicationPublisher", "ApplicationVersion", "DeviceId", "DeviceName", "OSVersion", "Platform"} {
		if wanted[i] = slices.Index(header, name); wanted[i] < 0 {
			return fmt.Errorf("there is no column %s", name)
		}
	}
	var row [7]string
	for {
		fields, err := in.Read()
		if errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		for i, at := range wanted {
			row[i] = fields[at]
		}
	}
}
