package main

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"quaestor/riskdb"
	"quaestor/scanners"
	"quaestor/scanners/all"
	"quaestor/scanners/android/adb"
	"quaestor/scanners/mdm/mapped"
	"quaestor/scanners/source"
)

const scanLong = `Scan looks at one or more targets and reports what was found, what it means, and
what could not be looked at. A target is a file, a folder or an archive; its kind
is found by content, or named in front: apk:FILE, android:FOLDER, ios:FOLDER,
host:/, inventory:FILE; quaestor scanners lists them all. A folder is walked.
Without a target, this computer is scanned: Windows, macOS or Linux, with the
browsers and editors of every account that may be read. host:FOLDER is a copied or
mounted volume of any of the three, on any system.

Without Quaestor on a computer, its administrator can export lists in a minute, and
the folder with them is the target. In PowerShell, as administrator:
  Get-AppxPackage -AllUsers | ConvertTo-Json -Depth 4 > appx.json
  winget export -o winget.json
  reg save HKLM\SOFTWARE SOFTWARE; reg save HKLM\SYSTEM SYSTEM
  Get-CimInstance -Namespace root/SecurityCenter2 -Class AntiVirusProduct |
    ConvertTo-Json > antivirus.json
and on a Mac: system_profiler -json > mac.json. The whole list, with what each tells,
is in scanners/README.md.

adb: stands for every Android phone that is plugged in and allows this computer,
adb:SERIAL for one of them; see quaestor devices. A phone is only read: nothing is
written to it. It is reached over a local socket, through the adb server of
Android's platform-tools, which is started if need be, or over the network where
ADB_SERVER_SOCKET names another computer's; --offline refuses both.
With --pull, APKs are fetched from the phone and looked into: all, or those of which
the phone's own facts or the risk database say something. What was fetched stays in
--pull-dir and is not fetched again, also after the phone was unplugged; the last
line on standard error says how much that is, and nothing takes it away. At most
32 GiB are fetched from one phone, and 4 GiB of one file; what is beyond is a gap.

iphone: stands for every iPhone and iPad that is plugged in and trusts this
computer, iphone:UDID for one of them. It is reached through usbmuxd, Apple
Devices or iTunes, no program is started, and nothing on it is changed. It tells
its apps, profiles and supervision, not what its user allowed the apps: a backup
does. For lack of phones, both ways were tested with simulated ones, Android's
through its real adb server.

What a management system exports is a target too, of any number of devices, also in
gzip and zip: Intune, Android Management API, Apple's answers to an MDM, Jamf Pro,
Workspace ONE, Google Workspace; logs of osquery, hosts of Fleet, and SBOMs.
reports/INTEGRATION.md says how to export there. Devices that have not reported for
--stale-after, or never did, are stale, and those whose last report lies after this
computer's clock incomplete: none of them is clean. An error answer, a sign-in page
or an empty file in the place of an export makes the scan incomplete. With --since
FILE, -o ndjson carries only what is new, changed or gone since the last run.
An export in CSV or JSON of a system that is not known here is read by a mapping:
a file that says which column tells what, --map FILE. scanners/README.md has one
with comments; quaestor schema map lists all that may stand in it.

Of an iPhone no source shows everything. What is installed tell: the phone itself,
a listing of ideviceinstaller or pymobiledevice3, a backup (Info.plist), the
names of its files. Traces of apps, which may be gone, tell: a backup's data and
decisions, App Store databases (updates, purchases of the account) and an App
Privacy Report (what used a sensor or the network in seven days). An IPA file
tells what an app claims, not where it is installed.

An encrypted backup of an iPhone needs its password: it is asked for on a
terminal, or comes from --password-file, one a line, or from the variable
QUAESTOR_BACKUP_PASSWORD. It is kept in memory only, and is never an argument.
Without it, the list of apps and the device are told, the rest is a gap, and the
scan is incomplete. A phone that is listed and cannot be opened is one, too.`

const scanExample = `  quaestor scan                                  scan this computer
  quaestor scan host:/mnt/disk                   a mounted volume of Windows, macOS or Linux
  quaestor scan exports/                         lists that an administrator of Windows or macOS exported
  quaestor scan SOFTWARE SYSTEM NTUSER.DAT       hives of the registry of Windows; also .reg
  quaestor scan "Chrome/User Data/Default"       a browser's profile by itself
  quaestor scan member-phone.zip                 an androidqf acquisition or a bug report
  quaestor scan MobileSync/Backup/               backups of iPhones by Finder or iTunes
  quaestor scan packages.txt                     the output of: adb shell pm list packages -f -i -U
  quaestor scan app.apk folder-of-apks/          APK files and split sets
  quaestor scan adb:                             Android phones that are plugged in
  quaestor scan --pull suspicious adb:SERIAL     one of them, with a look into its APKs
  quaestor scan iphone:                          iPhones and iPads that are plugged in
  quaestor scan -o table -o json=report.json .   show it, and keep it for the MDM
  quaestor scan -o html=report.html --lang nl .  a page in Dutch for whoever decides
  quaestor scan -o inventory=phone.json phone/   keep the facts, to be judged again later
  quaestor scan managedDevices.json apps.zip     exports of a management system, one fleet
  quaestor scan --map columns.yaml export.csv    the export of any other system
  quaestor scan --policy be,eu-institutions x/   which authorities' measures apply
  quaestor scan --policy ./ours.yaml phone.json  rules of your own; see quaestor policy
  quaestor scan --policy nl --against be x.json  what another policy would change
  quaestor scan --as-of 2023-05-11 phone.json    judge as of a day`

// scanConfig is the checked form of the flags.
type scanConfig struct {
	targets  []source.Target
	outputs  []output
	policies []string
	against  []string        // policies to compare with, none for no comparison
	excepted []string        // files of exceptions
	failOn   riskdb.Severity // "" for never
	asOf     riskdb.Date
	today    riskdb.Date // by the clock
	details  bool
	lang     string // of what people read
	only     []string
	sort     string
	deep     bool
	offline  bool
	timeout  time.Duration
	database databaseFlags
	advice   adviceFlags
	since    string // file with what an earlier run said; "" for no comparison
	maxAge   int    // of the database, in days; 0 for any
	written  func() // called with each device that is written by itself, where something waits for that
	together int    // devices of exports that are judged together; 0 for the usual number
	stale    int    // days without a report to its management after which a device is stale; 0 for never

	passwords []string    // of encrypted backups
	mapping   *mapped.Own // nil for none
	pull      pullFlags
}

func newScan(env Env) *cobra.Command {
	var flags struct {
		outputs, policies []string
		against, excepted []string
		failOn, asOf      string
		details, deep     bool
		offline           bool
		timeout           time.Duration
		maxAge, stale     string
		since, lang, sort string
		only              []string
		passwordFile      string
		mapping           string
		database          databaseFlags
		advice            adviceFlags
		pull              pullFlags
	}
	c := &cobra.Command{
		Use:     "scan [KIND:]TARGET...",
		Short:   "Scan devices, dumps, APKs or this computer, and report",
		Long:    scanLong,
		Example: scanExample,
		Args:    cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			cfg := scanConfig{details: flags.details, deep: flags.deep, offline: flags.offline, timeout: flags.timeout, policies: flags.policies, against: flags.against, excepted: flags.excepted, since: flags.since, database: flags.database, advice: flags.advice, pull: flags.pull}
			if c.Flags().Changed("as-of") && flags.asOf == "" {
				return usageError("--as-of: write a day as YYYY-MM-DD, or leave the flag out for today")
			}
			var err error
			if cfg.lang, err = parseLanguage(env, flags.lang); err != nil {
				return err
			}
			if err = cfg.choose(flags.only, flags.sort); err != nil {
				return err
			}
			if cfg.maxAge, err = parseAge("--max-db-age", flags.maxAge); err != nil {
				return err
			}
			if cfg.stale, err = parseStale(flags.stale); err != nil {
				return err
			}
			if cfg.passwords, err = readPasswords(c.Context(), flags.passwordFile); err != nil {
				return err
			}
			if cfg.mapping, err = readMapping(flags.mapping); err != nil {
				return err
			}
			if err := cfg.check(args, flags.outputs, flags.failOn, flags.asOf, env.Now); err != nil {
				return err
			}
			return scan(c.Context(), env, cfg)
		},
	}
	f := c.Flags()
	f.StringArrayVarP(&flags.outputs, "output", "o", []string{"table"}, "`FORMAT[=FILE]`: table, html, pdf, json, ndjson, cyclonedx, spdx, sarif, csv, markdown, junit, stix, ecs or inventory; repeatable")
	f.StringSliceVar(&flags.policies, "policy", []string{riskdb.DefaultPolicy}, "`POLICY` packs or .yaml files that apply, comma-separated; \"all\" or \"none\" too")
	f.StringSliceVar(&flags.excepted, "exceptions", nil, "`FILE` with approved exceptions; repeatable")
	f.StringSliceVar(&flags.against, "against", nil, "show what changes against these `POLICY` packs or files")
	f.StringVar(&flags.failOn, "fail-on", "high", "lowest `SEVERITY` that makes the exit code 1: critical, high, medium, low, info or never")
	f.StringVar(&flags.asOf, "as-of", "", "judge bans and ownership as of this `DATE`, YYYY-MM-DD (default today)")
	f.BoolVar(&flags.details, "details", false, "show all evidence, sources, runs and apps in the table")
	f.StringSliceVar(&flags.only, "only", nil, "`ACTION`s whose apps the table shows: remove, replace, restrict, update, review or inform; comma-separated")
	f.StringVar(&flags.sort, "sort", "", "`ORDER` of apps within an action in the table: severity, name or devices (most first)")
	f.StringVar(&flags.lang, "lang", "", "`LANGUAGE` of -o html: en, nl, fr or de (default that of the locale, else English)")
	f.BoolVar(&flags.deep, "deep", false, "list what the installed programs of computers are made of, by the files in their folders")
	f.BoolVar(&flags.offline, "offline", false, "let the system refuse every network connection of this process")
	f.DurationVar(&flags.timeout, "timeout", scanners.DefaultTimeout, "`TIME` for one scanner on one source, or until an export tells of its next device")
	f.StringVar(&flags.maxAge, "max-db-age", "", "exit code 4 when the facts of the risk database are older than this `AGE`, such as 30d")
	f.StringVar(&flags.since, "since", "", "`FILE` with the state of an earlier run: -o ndjson has what is new, changed or gone since")
	f.StringVar(&flags.stale, "stale-after", defaultStale, "`AGE` of its last report to its management from which on what a device holds is not known; or never")
	f.StringVar(&flags.passwordFile, "password-file", "", "`FILE` with the passwords of encrypted iPhone backups, one a line")
	f.StringVar(&flags.mapping, "map", "", "mapping `FILE` that says what the columns of an export in CSV or JSON mean; for map:EXPORT and what no scanner recognises")
	f.StringVar(&flags.pull.pull, "pull", string(adb.PullNone), "`WHICH` APKs are fetched from Android phones and looked into: suspicious, all or none")
	f.StringVar(&flags.pull.dir, "pull-dir", "", "`FOLDER` in which fetched APKs stay (default quaestor/apks in the user's cache folder)")
	flags.advice.add(c)
	flags.database.add(c)
	return c
}

func (cfg *scanConfig) check(args, outputs []string, failOn, asOf string, now func() time.Time) (err error) {
	if cfg.outputs, err = parseOutputs(outputs); err != nil {
		return err
	}
	if err := checkSince(cfg.since, cfg.outputs); err != nil {
		return err
	}
	if cfg.failOn, err = parseSeverity(failOn); err != nil {
		return err
	}
	if err := cfg.pull.check(); err != nil {
		return err
	}
	if err := cfg.advice.check(cfg.offline); err != nil {
		return err
	}
	switch {
	case len(cfg.policies) == 0:
		return usageError("--policy: name at least one policy, or \"none\" for no measure at all")
	case len(cfg.policies) > 1 && slices.Contains(cfg.policies, "none"):
		return usageError("--policy: \"none\" stands alone")
	case len(cfg.against) > 1 && slices.Contains(cfg.against, "none"):
		return usageError("--against: \"none\" stands alone")
	}
	cfg.today = riskdb.DateOf(now())
	cfg.asOf = cfg.today
	if asOf != "" {
		if cfg.asOf, err = riskdb.ParseDate(asOf); err != nil || len(cfg.asOf) != len("2006-01-02") {
			return usageError("--as-of %q: write a day as YYYY-MM-DD", asOf)
		}
	}
	if cfg.timeout <= 0 {
		return usageError("--timeout %v: give a time above zero, such as 5m", cfg.timeout)
	}
	if len(args) == 0 {
		args = []string{source.KindHost + ":"}
	}
	kinds := scanners.Kinds(all.Scanners())
	for _, arg := range args {
		t := source.ParseTarget(arg, kinds)
		if err := source.Check(t); err != nil {
			if kind, _, named := strings.Cut(arg, ":"); named && t.Kind == "" && unknownKind().MatchString(kind) {
				return usageError("there is no kind %q; choose from %s, or check the path", kind, strings.Join(kinds, ", "))
			}
			if slices.Contains([]string{source.KindADB, source.KindIPhone, source.KindHost}, arg) {
				return usageError("there is no file %q; with a colon, %s:, it is %s", arg, arg, map[string]string{source.KindADB: "every Android phone that is plugged in",
					source.KindIPhone: "every iPhone that is plugged in", source.KindHost: "this computer"}[arg])
			}
			return usageError("%v", err)
		}
		if cfg.offline && t.Attached() {
			return usageError("--offline: a phone is reached over a socket of this computer, and --offline lets the system refuse every one; leave it out for %s", t)
		}
		cfg.targets = append(cfg.targets, t)
	}
	for _, o := range cfg.outputs {
		if err := o.check(cfg.targets); err != nil {
			return err
		}
	}
	return nil
}

// unknownKind is what looks like a kind and is none; a single letter is a Windows drive.
var unknownKind = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z][a-z0-9]+$`) })

func parseSeverity(s string) (riskdb.Severity, error) {
	if s == "never" {
		return "", nil
	}
	if v := riskdb.Severity(s); v.Rank() > 0 {
		return v, nil
	}
	return "", usageError("--fail-on %q: choose critical, high, medium, low, info or never", s)
}

func scan(ctx context.Context, env Env, cfg scanConfig) error {
	if cfg.offline {
		if err := refuseNetwork(); err != nil {
			return usageError("--offline: %v", err)
		}
	}
	state, err := openSince(cfg.since, sinceForm(cfg), cfg.outputs, func(text string) { say(env, text) })
	if err != nil {
		return err
	}
	defer func() { state.discard() }()
	scanning, stop := context.WithCancel(ctx)
	defer stop()
	known := readKnowledge(ctx, env, cfg, stop)
	bar, got := newProgress(env), &fetched{}
	judge, out := &judge{cfg: cfg, known: known, since: state}, &stream{env: env, cfg: cfg}
	defer out.drop()
	inv, handed, lost := scanners.Each(scanning, cfg.targets, scanners.Options{
		Scanners: scanners.Unlock(withPhones(withDepth(withMapping(all.Scanners(), cfg.mapping), cfg.deep), cfg, known, bar, got), newPasswords(env, bar, cfg.passwords).find), Limits: source.DefaultLimits, Timeout: cfg.timeout,
		Progress: bar.show, Now: env.Now().UTC().Truncate(time.Second), Together: cfg.together, Again: func() (err error) {
			out.again()
			state.discard()
			state, err = openSince(cfg.since, sinceForm(cfg), cfg.outputs, func(string) {})
			judge.since = state
			return err
		}}, judge.device, out.add)
	bar.clear()
	if err := known.wait(env.Stderr); err != nil {
		return err
	}
	if lost != nil {
		return lost
	}
	result := judge.rest(ctx, out, inv, handed)
	got.tell(env.Stderr)
	tellUnused(env, cfg)
	return result
}
