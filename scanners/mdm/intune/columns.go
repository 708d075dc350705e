package intune

import (
	"strings"
	"unicode"

	"quaestor/scanners/internal/jsonpart"
)

// field is something that an export tells, under whatever name.
type field int

// The fields. Those of a device come first, then those of its protection, then those of an app.
const (
	fID field = iota
	fName
	fPlatform // of a device or of an app
	fOS
	fOSVersion
	fSerial
	fUDID
	fModel
	fMaker
	fPatch
	fSKU
	fProcessor
	fLastSync
	fEnrolled
	fOwner
	fState
	fCompliance
	fAgent
	fEnrolment
	fSupervised
	fEncrypted
	fJailbroken

	fRealTime
	fMalware
	fOverdue
	fProtectionVersion
	fSignatureVersion
	fReported

	fAppKey
	fAppName
	fDisplayName
	fPublisher
	fShortVersion
	fVersion
	fCount

	fAnyID // of a device or of an app, by what it stands in
	fManagedDevices
	fDetectedApps
	fSize

	fields
	none field = -1
)

// The ranges of fields that are kept together.
const (
	firstOfDevice, endOfDevice         = fID, fRealTime
	firstOfProtection, endOfProtection = fRealTime, fAppKey
	firstOfApp, endOfApp               = fAppKey, fAnyID
)

// known are the names of the fields: the properties of Microsoft Graph and the columns of the reports, without spaces and in small
// letters, and the columns that the portal shows in English, German, French and Dutch.
var known = map[string]field{
	"deviceid": fID, "intunedeviceid": fID, "geräteid": fID, "iddelappareil": fID, "iddappareil": fID, "apparaatid": fID,
	"devicename": fName, "gerätename": fName, "nomdelappareil": fName, "apparaatnaam": fName,
	"platform": fPlatform, "platform_loc": fPlatform, "plattform": fPlatform, "plateforme": fPlatform,
	"operatingsystem": fOS, "os": fOS, "osdescription": fOS, "devicetype_loc": fOS, "betriebssystem": fOS, "systèmedexploitation": fOS, "besturingssysteem": fOS,
	"osversion": fOSVersion, "betriebssystemversion": fOSVersion, "versiondusystèmedexploitation": fOSVersion, "versiondusystème": fOSVersion, "versiebesturingssysteem": fOSVersion, "besturingssysteemversie": fOSVersion,
	"serialnumber": fSerial, "seriennummer": fSerial, "numérodesérie": fSerial, "serienummer": fSerial,
	"udid":  fUDID,
	"model": fModel, "modell": fModel, "modèle": fModel,
	"manufacturer": fMaker, "hersteller": fMaker, "fabricant": fMaker, "fabrikant": fMaker,
	"androidsecuritypatchlevel": fPatch, "androidpatchlevel": fPatch, "securitypatchlevel": fPatch, "sicherheitspatchebene": fPatch, "sicherheitspatchstand": fPatch,
	"skufamily": fSKU, "processorarchitecture": fProcessor,
	"lastsyncdatetime": fLastSync, "lastcontact": fLastSync, "lastcheckin": fLastSync, "letzteseinchecken": fLastSync, "letztercheckin": fLastSync, "derniercheckin": fLastSync,
	"dernierenregistrement": fLastSync, "dernièrevérification": fLastSync, "dernièresynchronisation": fLastSync, "laatstecheckin": fLastSync, "laatsteincheckbeurt": fLastSync, "laatstingecheckt": fLastSync,
	"enrolleddatetime": fEnrolled, "createddate": fEnrolled, "enrollmentdate": fEnrolled, "registrierungsdatum": fEnrolled, "datedinscription": fEnrolled, "inschrijvingsdatum": fEnrolled, "registratiedatum": fEnrolled,
	"manageddeviceownertype": fOwner, "ownertype": fOwner, "ownertype_loc": fOwner, "ownership": fOwner, "besitz": fOwner, "besitzer": fOwner, "eigentum": fOwner, "propriété": fOwner, "eigendom": fOwner,
	"managementstate": fState, "managementstate_loc": fState, "devicestate": fState, "gerätestatus": fState,
	"compliancestate": fCompliance, "compliancestate_loc": fCompliance, "compliantstate": fCompliance, "compliantstate_loc": fCompliance, "compliance": fCompliance, "konformität": fCompliance,
	"conformité": fCompliance, "compatibiliteit": fCompliance, "naleving": fCompliance,
	"managementagent": fAgent, "managementagent_loc": fAgent, "managementagents": fAgent, "managedby": fAgent, "verwaltetvon": fAgent, "gérépar": fAgent, "beheerddoor": fAgent,
	"deviceenrollmenttype": fEnrolment, "enrollmenttype": fEnrolment,
	"issupervised": fSupervised, "supervised": fSupervised, "supervisedstatusstring": fSupervised, "überwacht": fSupervised, "supervisé": fSupervised, "ondersupervisie": fSupervised,
	"isencrypted": fEncrypted, "encrypted": fEncrypted, "encryptionstatusstring": fEncrypted, "verschlüsselt": fEncrypted, "chiffré": fEncrypted, "versleuteld": fEncrypted,
	"jailbroken": fJailbroken,

	"realtimeprotectionenabled": fRealTime, "malwareprotectionenabled": fMalware, "signatureupdateoverdue": fOverdue,
	"antimalwareversion": fProtectionVersion, "signatureversion": fSignatureVersion, "lastreporteddatetime": fReported,

	"applicationkey": fAppKey, "applicationname": fAppName, "anwendungsname": fAppName, "nomdelapplication": fAppName, "naamvantoepassing": fAppName, "toepassingsnaam": fAppName,
	"displayname":          fDisplayName,
	"applicationpublisher": fPublisher, "publisher": fPublisher, "herausgeberderanwendung": fPublisher, "anwendungsherausgeber": fPublisher,
	"applicationshortversion": fShortVersion,
	"applicationversion":      fVersion, "version": fVersion, "anwendungsversion": fVersion, "versiondelapplication": fVersion, "toepassingsversie": fVersion,
	"devicecount": fCount, "geräteanzahl": fCount, "nombredappareils": fCount, "aantalapparaten": fCount,

	"id": fAnyID, "manageddevices": fManagedDevices, "detectedapps": fDetectedApps, "sizeinbyte": fSize,
}

// fieldOf is what a column or member tells, none where it is not read.
func fieldOf(name string) field {
	if f, ok := known[name]; ok {
		return f
	}
	name = strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && r != '_' {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
	if f, ok := known[name]; ok {
		return f
	}
	return none
}

// names remembers what the names of a file mean: those of its first element, for the others have the same.
type names map[string]field

func (n names) of(name string) field {
	if f, ok := n[name]; ok {
		return f
	}
	return fieldOf(name)
}

// learn remembers the names of an object, and of the first in each list within it.
func (n names) learn(object jsonpart.Value) {
	n.members(object)
	_ = object.Fields(func(_ string, v jsonpart.Value) bool {
		_ = v.Items(func(inner jsonpart.Value) bool {
			n.members(inner)
			return false
		})
		return true
	})
}

func (n names) members(object jsonpart.Value) {
	_ = object.Fields(func(name string, _ jsonpart.Value) bool {
		n[name] = fieldOf(name)
		return true
	})
}

// localised reports whether a column shows in words what another one has as a number.
func localised(name string) bool { return strings.HasSuffix(name, "_loc") }

// set is which fields there are.
type set [fields]bool

func (s *set) any(of ...field) bool {
	for _, f := range of {
		if s[f] {
			return true
		}
	}
	return false
}

// form is what a row or an element is.
type form int

const (
	unknown    form = iota
	device          // of a list of devices, perhaps with its apps
	appOnOne        // an app on a device
	appOnMany       // an app with the devices that it is on
	appCounted      // an app and on how many devices it is
	protection      // what a device says of Microsoft Defender
)

// form tells what it is that has such fields.
func (s *set) form() form {
	onDevice := s.any(fID, fName)
	switch {
	case s[fAppName] && onDevice && s.any(fVersion, fPublisher, fShortVersion, fAppKey, fPlatform):
		return appOnOne
	case s[fDisplayName] && s[fManagedDevices] && s.any(fVersion, fPublisher, fPlatform):
		return appOnMany
	case s.any(fAppName, fDisplayName) && s[fCount] && s.any(fVersion, fPublisher, fPlatform, fAppKey, fSize):
		return appCounted
	case onDevice && s[fRealTime] && s.any(fMalware, fOverdue):
		return protection
	case s[fName] && s.any(fID, fAnyID, fSerial) && s.any(fOS, fOSVersion) && s.any(fLastSync, fDetectedApps) && s.any(fOwner, fCompliance, fAgent, fEnrolled, fDetectedApps):
		return device
	}
	return unknown
}

// setOf are the fields of an object, as far as its text goes.
func setOf(object jsonpart.Value, n names) set {
	var s set
	_ = object.Fields(func(name string, _ jsonpart.Value) bool { // an end that is missing was cut off
		if f := n.of(name); f != none {
			s[f] = true
		}
		return true
	})
	return s
}
