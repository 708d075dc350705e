package apkmanifest

import (
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// offer is a service to the system that one component makes with an action, and with a permission that only the
// system holds: without it Android does not use the component.
type offer struct {
	role, kind, action, permission string
}

const bind = "android.permission.BIND_"

// offers are the roles that one component is enough for.
var offers = []offer{
	{"accessibility", "service", "android.accessibilityservice.AccessibilityService", bind + "ACCESSIBILITY_SERVICE"},
	{"notification-listener", "service", "android.service.notification.NotificationListenerService", bind + "NOTIFICATION_LISTENER_SERVICE"},
	{"device-admin", "receiver", "android.app.action.DEVICE_ADMIN_ENABLED", bind + "DEVICE_ADMIN"},
	{"device-owner", "service", "android.app.action.DEVICE_ADMIN_SERVICE", bind + "DEVICE_ADMIN"},
	{"device-owner", "activity", "android.app.action.GET_PROVISIONING_MODE", bind + "DEVICE_ADMIN"},
	{"vpn", "service", "android.net.VpnService", bind + "VPN_SERVICE"},
	{"input-method", "service", "android.view.InputMethod", bind + "INPUT_METHOD"},
	{"spell-checker", "service", "android.service.textservice.SpellCheckerService", bind + "TEXT_SERVICE"},
	{"in-call", "service", "android.telecom.InCallService", bind + "INCALL_SERVICE"},
	{"call-screening", "service", "android.telecom.CallScreeningService", bind + "SCREENING_SERVICE"},
	{"call-redirection", "service", "android.telecom.CallRedirectionService", bind + "CALL_REDIRECTION_SERVICE"},
	{"connection", "service", "android.telecom.ConnectionService", bind + "TELECOM_CONNECTION_SERVICE"},
	{"assistant", "service", "android.service.voice.VoiceInteractionService", bind + "VOICE_INTERACTION"},
	{"assistant", "activity", "android.intent.action.ASSIST", ""},
	{"speech-recognition", "service", "android.speech.RecognitionService", ""},
	{"autofill", "service", "android.service.autofill.AutofillService", bind + "AUTOFILL_SERVICE"},
	{"autofill", "service", "android.service.autofill.AutofillService", bind + "AUTOFILL"},
	{"credential-provider", "service", "android.service.credentials.CredentialProviderService", bind + "CREDENTIAL_PROVIDER_SERVICE"},
	{"account-authenticator", "service", "android.accounts.AccountAuthenticator", ""},
	{"wallpaper", "service", "android.service.wallpaper.WallpaperService", bind + "WALLPAPER"},
	{"screensaver", "service", "android.service.dreams.DreamService", bind + "DREAM_SERVICE"},
	{"print", "service", "android.printservice.PrintService", bind + "PRINT_SERVICE"},
	{"companion", "service", "android.companion.CompanionDeviceService", bind + "COMPANION_DEVICE_SERVICE"},
	{"quick-settings", "service", "android.service.quicksettings.action.QS_TILE", bind + "QUICK_SETTINGS_TILE"},
	{"nfc-card", "service", "android.nfc.cardemulation.action.HOST_APDU_SERVICE", bind + "NFC_SERVICE"},
	{"boot", "receiver", "android.intent.action.BOOT_COMPLETED", ""},
	{"boot", "receiver", "android.intent.action.LOCKED_BOOT_COMPLETED", ""},
	{"sharing", "activity", "android.intent.action.SEND", ""},
	{"sharing", "activity", "android.intent.action.SEND_MULTIPLE", ""},
}

// roleFacts is what the filters of a component say of roles that ask for more than an action.
type roleFacts struct {
	launcher, home bool
	browser        bool // opens every web address
	dial, dialTel  bool // opens the dialer, and a telephone number in it
	sendTo         bool // writes a message to a number
	respond        bool // answers a call with a message
	wapPush        bool
	callUI         bool // shows the calls
}

func (r *roleFacts) add(f *filter) {
	any := func(of ...string) bool {
		return slices.ContainsFunc(of, func(s string) bool { return slices.Contains(f.schemes, s) })
	}
	r.launcher = r.launcher || f.launches()
	r.home = r.home || f.action(actionMain) && f.category("HOME")
	r.browser = r.browser || f.action(actionView) && f.category("BROWSABLE") && len(f.hosts) == 0 && !f.types && any("http") && any("https")
	r.dial = r.dial || f.action("android.intent.action.DIAL") && len(f.schemes) == 0
	r.dialTel = r.dialTel || f.action("android.intent.action.DIAL") && any("tel")
	r.sendTo = r.sendTo || f.action("android.intent.action.SENDTO") && any("sms", "smsto", "mms", "mmsto")
	r.respond = r.respond || f.action("android.intent.action.RESPOND_VIA_MESSAGE") && any("sms", "smsto", "mms", "mmsto")
	r.wapPush = r.wapPush || f.action("android.provider.Telephony.WAP_PUSH_DELIVER") && f.types
}

// giveRoles fills the roles of all components. Disabled ones are in, as code can enable them.
func (b *builder) giveRoles() {
	for i := range b.m.Components {
		c := &b.m.Components[i]
		kind := strings.TrimSuffix(c.Kind, "-alias")
		for _, o := range offers {
			if o.kind == kind && (o.permission == "" || o.permission == c.Permission) && slices.Contains(c.Actions, o.action) {
				give(c, o.role)
			}
		}
		r := &b.parts[i].roles
		giveIf(c, "launcher", kind == "activity" && r.launcher)
		giveIf(c, "home", kind == "activity" && r.home)
		giveIf(c, "browser", kind == "activity" && r.browser)
	}
	b.dialer()
	b.sms()
}

// dialer gives the role to the activity that dials, if the app also has what shows calls: both are asked of the
// app that holds it.
func (b *builder) dialer() {
	dial := b.find(func(c *inventory.ManifestComponent, r *roleFacts) bool { return c.Kind == "activity" && r.dial })
	tel := b.find(func(c *inventory.ManifestComponent, r *roleFacts) bool { return c.Kind == "activity" && r.dialTel })
	call := b.find(func(c *inventory.ManifestComponent, r *roleFacts) bool {
		return r.callUI && slices.Contains(c.Roles, "in-call")
	})
	if dial != nil && tel != nil && call != nil {
		give(dial, "dialer")
		give(tel, "dialer")
		give(call, "dialer")
	}
}

// sms gives the role to the receiver of messages, if the app has all that is asked of the app that holds it.
func (b *builder) sms() {
	action := func(kind, name, permission string) func(c *inventory.ManifestComponent, r *roleFacts) bool {
		return func(c *inventory.ManifestComponent, _ *roleFacts) bool {
			return c.Kind == kind && c.Permission == "android.permission."+permission && slices.Contains(c.Actions, name)
		}
	}
	deliver := b.find(action("receiver", "android.provider.Telephony.SMS_DELIVER", "BROADCAST_SMS"))
	push := b.find(action("receiver", "android.provider.Telephony.WAP_PUSH_DELIVER", "BROADCAST_WAP_PUSH"))
	respond := b.find(action("service", "android.intent.action.RESPOND_VIA_MESSAGE", "SEND_RESPOND_VIA_MESSAGE"))
	write := b.find(func(c *inventory.ManifestComponent, r *roleFacts) bool { return c.Kind == "activity" && r.sendTo })
	if deliver != nil && push != nil && respond != nil && write != nil {
		for _, c := range []*inventory.ManifestComponent{deliver, push, respond, write} {
			give(c, "sms")
		}
	}
}

// find returns the first component for which is holds.
func (b *builder) find(is func(*inventory.ManifestComponent, *roleFacts) bool) *inventory.ManifestComponent {
	for i := range b.m.Components {
		if is(&b.m.Components[i], &b.parts[i].roles) {
			return &b.m.Components[i]
		}
	}
	return nil
}

func give(c *inventory.ManifestComponent, role string) {
	if !slices.Contains(c.Roles, role) {
		c.Roles = append(c.Roles, role)
	}
}

func giveIf(c *inventory.ManifestComponent, role string, holds bool) {
	if holds {
		give(c, role)
	}
}
