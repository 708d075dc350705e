package lockdown

import (
	"context"
	"fmt"
	"time"

	"quaestor/scanners/internal/plist"
)

// The services that are asked.
const (
	AppsService         = "com.apple.mobile.installation_proxy"
	ProfilesService     = "com.apple.mobile.MCInstall"
	ProvisioningService = "com.apple.misagent"
)

// Limits on a list of apps.
const (
	maxApps    = 20_000
	maxBatches = 20_000
	maxPatient = 4 // how many times as long as one answer may take
)

// Apps hands over every app, as installation_proxy describes it: by the attributes asked for, or by all that it tells
// unasked when attributes is nil. The apps that came before an error were handed over.
func (p *Phone) Apps(ctx context.Context, attributes []string, yield func(app map[string]any)) error {
	c, err := p.Service(ctx, AppsService)
	if err != nil {
		return err
	}
	defer c.Close()
	options := request{"ApplicationType": "Any", "ShowLaunchProhibitedApps": true}
	if attributes != nil {
		options["ReturnAttributes"] = attributes
	}
	if err := c.Send(ctx, request{"Command": "Browse", "ClientOptions": options}); err != nil {
		return err
	}
	began := time.Now()
	for apps, batches := 0, 0; ; batches++ {
		if long := maxPatient * c.patience; time.Since(began) > long {
			return fmt.Errorf("no whole list of apps within %s: %w", long, ErrSilent)
		}
		if batches == maxBatches {
			return fmt.Errorf("a list of apps in more than %d pieces: %w", maxBatches, ErrLimit)
		}
		answer, err := c.Receive(ctx)
		if err != nil {
			return err
		}
		if code := plist.Text(answer, "Error"); code != "" {
			return &Refusal{Asked: "the list of apps", Code: code}
		}
		for _, e := range plist.List(answer, "CurrentList") {
			if apps++; apps > maxApps {
				return fmt.Errorf("a list of more than %d apps: %w", maxApps, ErrLimit)
			}
			app, _ := e.(map[string]any) // nil tells the caller of an entry that is no app
			yield(app)
		}
		if plist.Text(answer, "Status") == "Complete" {
			return nil
		}
	}
}

// Profiles asks for the list of configuration profiles, and for what Apple's or another enrolment made of the phone;
// either may be nil when the phone does not tell it, with the error that says why.
func (p *Phone) Profiles(ctx context.Context) (list, cloud map[string]any, err error) {
	c, err := p.Service(ctx, ProfilesService)
	if err != nil {
		return nil, nil, err
	}
	defer c.Close()
	list, err = acknowledged(c.Ask(ctx, request{"RequestType": "GetProfileList"}))
	if err != nil {
		return nil, nil, fmt.Errorf("the list of profiles: %w", err)
	}
	cloud, err = acknowledged(c.Ask(ctx, request{"RequestType": "GetCloudConfiguration"}))
	if err != nil {
		return list, nil, fmt.Errorf("the state of supervision: %w", err)
	}
	return list, plist.Dict(cloud, "CloudConfiguration"), nil
}

func acknowledged(answer map[string]any, err error) (map[string]any, error) {
	if status := plist.Text(answer, "Status"); err == nil && status != "Acknowledged" {
		return nil, fmt.Errorf("the phone answers with %.60q", status)
	}
	return answer, err
}

// Provisioning asks for the provisioning profiles, each as the file that it is.
func (p *Phone) Provisioning(ctx context.Context) ([][]byte, error) {
	c, err := p.Service(ctx, ProvisioningService)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	answer, err := c.Ask(ctx, request{"MessageType": "CopyAll", "ProfileType": "Provisioning"})
	if err != nil {
		return nil, err
	}
	if n := plist.Int(answer, "Status"); n != 0 {
		return nil, fmt.Errorf("the phone does not hand over provisioning profiles: number %d", n)
	}
	var out [][]byte
	for _, e := range plist.List(answer, "Payload") {
		if b, ok := e.([]byte); ok {
			out = append(out, b)
		}
	}
	return out, nil
}
