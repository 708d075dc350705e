package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/mattn/go-runewidth"
	"github.com/spf13/cobra"

	"quaestor/reports/documents"
	"quaestor/riskdb"
	"quaestor/scanners/android/adb"
	"quaestor/scanners/inventory"
	"quaestor/scanners/ios/usbmux"
	"quaestor/scanners/source"
)

const devicesLong = `Devices lists the phones that are plugged into this computer, whether each can be
scanned, and what to do when not: unlock it, allow this computer, leave recovery,
install what is missing.

Android phones are asked for through the adb server of Android's platform-tools,
which is started if need be; iPhones through usbmuxd. Both are programs of this
computer, reached over its own sockets; nothing else is connected to, and nothing on
a phone is changed. A phone on which USB debugging is off is not among those listed.`

func newDevices(env Env) *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:   "devices",
		Short: "List phones that are plugged in, and what keeps them from being scanned",
		Long:  devicesLong,
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			list := attachedPhones(c.Context())
			if c.Context().Err() != nil {
				return &exitError{code: ExitInterrupted, err: fmt.Errorf("interrupted")}
			}
			if format == "json" {
				list.Envelope = document("devices", riskdb.DateOf(env.Now()), nil)
				if err := writeJSON(env.Stdout, list); err != nil {
					return err
				}
			} else {
				writeDevices(env, list)
			}
			for _, s := range list.Services {
				if s.Reached {
					return nil
				}
			}
			return &exitError{code: ExitIncomplete, err: fmt.Errorf("incomplete: neither Android phones nor iPhones could be asked for")}
		},
	}
	eitherFormat(c, &format, "table", "json")
	return c
}

// attachedPhones asks for the phones of both kinds.
func attachedPhones(ctx context.Context) documents.Devices {
	out := documents.Devices{Devices: []documents.Device{}, Services: []documents.Service{}}
	var iphones []usbmux.Device
	var noIPhones error
	var wg sync.WaitGroup
	wg.Go(func() { iphones, noIPhones = usbmux.Devices(ctx) })
	android, err := adb.Devices(ctx, nil)
	wg.Wait()
	for _, d := range android {
		out.Devices = append(out.Devices, documents.Device{Target: source.KindADB + ":" + d.Serial, Platform: string(inventory.Android), Serial: d.Serial,
			Model: d.Model, OS: d.OS, Ready: d.Ready, State: d.State, Next: d.Next})
	}
	out.Services = append(out.Services, service("adb", "Android phones", err))
	for _, d := range iphones {
		out.Devices = append(out.Devices, documents.Device{Target: source.KindIPhone + ":" + d.UDID, Platform: string(inventory.IOS), Serial: d.Serial, Name: d.Name,
			Model: d.Model, OS: strings.TrimSpace(d.System + " " + d.Version), Ready: d.State == usbmux.StateReady, State: string(d.State), Next: strings.TrimSpace(d.Detail + " " + d.Next)})
	}
	if usbmux.Absent(noIPhones) {
		noIPhones = errNoMux
	}
	out.Services = append(out.Services, service("usbmuxd", "iPhones", noIPhones))
	return out
}

// errNoMux says how iPhones can be listed.
var errNoMux = errors.New("usbmuxd does not run. On Linux it is started when an iPhone is plugged in (Debian and Ubuntu: `apt install usbmuxd`); on Windows it comes with Apple Devices or iTunes")

// service says whether a program that knows phones could be asked.
func service(name, phones string, err error) documents.Service {
	s := documents.Service{Name: name, Phones: phones, Reached: err == nil}
	if err != nil {
		s.Problem = err.Error()
		if own, ok := errors.AsType[interface {
			error
			Next() string
		}](err); ok && own.Next() != "" {
			s.Problem += " " + own.Next()
		}
	}
	return s
}

func writeDevices(env Env, list documents.Devices) {
	widths := [3]int{}
	rows := make([][3]string, len(list.Devices))
	for i, d := range list.Devices {
		model := d.Model
		if d.Name != "" {
			model = strings.TrimSpace(fmt.Sprintf("%s %q", model, d.Name))
		}
		rows[i] = [3]string{d.Target, orDash(model), orDash(d.OS)}
		for j, text := range rows[i] {
			widths[j] = max(widths[j], len(text))
		}
	}
	for i, d := range list.Devices {
		fmt.Fprintln(env.Stdout, deviceLine(rows[i], widths, d.State))
		if d.Next != "" {
			fmt.Fprintln(env.Stdout, wrap(d.Next, 4, pageWidth))
		}
	}
	if asked := reached(list.Services); len(list.Devices) == 0 && asked != "" {
		fmt.Fprintf(env.Stdout, "No %s is plugged in.\n", asked)
		fmt.Fprintln(env.Stdout, wrap("Android: plug it in, unlock it, and switch on Settings > System > Developer options > USB debugging. iPhone: plug it in, unlock it, and answer Trust.", 4, pageWidth))
	}
	for _, s := range list.Services {
		if !s.Reached {
			fmt.Fprintln(env.Stdout, wrap(fmt.Sprintf("%s cannot be listed: %s.", s.Phones, strings.TrimSuffix(s.Problem, ".")), 0, pageWidth))
		}
	}
}

// deviceLine is a phone and its state in columns. What does not fit on the line goes below, so that no word is broken
// over the edge of a screen.
func deviceLine(row [3]string, widths [3]int, state string) string {
	phone := fmt.Sprintf("%-*s  %-*s  %-*s", widths[0], row[0], widths[1], row[1], widths[2], row[2])
	switch width := runewidth.StringWidth(phone); {
	case width+2+runewidth.StringWidth(state) <= pageWidth:
		return phone + "  " + state
	case width <= pageWidth:
		return strings.TrimRight(phone, " ") + "\n" + wrap(state, 4, pageWidth)
	}
	return row[0] + "\n" + wrap(row[1]+"  "+row[2], 4, pageWidth) + "\n" + wrap(state, 4, pageWidth)
}

// reached says which phones could be asked for, "" for none.
func reached(services []documents.Service) string {
	var of []string
	for _, s := range services {
		if s.Reached {
			of = append(of, strings.TrimSuffix(s.Phones, "s"))
		}
	}
	if len(of) == len(services) {
		return "phone"
	}
	return strings.Join(of, " or ")
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
