package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

const rootLong = `Quaestor finds out which apps and which security software run on a device, who
stands behind them, whose law can reach their owners, and what an authority has
banned. It reads phones that are plugged in, dumps and backups of phones, apps in
files, this computer and saved inventories; it changes nothing on them. A phone is
reached through the adb server or usbmuxd of this computer; else only "db update"
from an https address opens a network connection.

Try:
  quaestor scan                       this computer
  quaestor devices                    phones that are plugged in
  quaestor scan adb: iphone:          all of them
  quaestor scan phone.txt app.apk     a phone's package list, and an APK
  quaestor explain tiktok             what the database knows, with its sources
  quaestor db status                  which risk database is used, and its age

Every flag can be set in the environment: QUAESTOR_POLICY for --policy, and so on.`

func newRoot(env Env) *cobra.Command {
	asked := false
	root := &cobra.Command{
		Use:           "quaestor",
		Short:         "Find risky and banned apps on official devices, with the reason and the source",
		Long:          rootLong,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if asked {
				return showVersion(env, "text", databaseFlags{})
			}
			return c.Help()
		},
		PersistentPreRunE: func(c *cobra.Command, _ []string) error {
			return fromEnvironment(c, env)
		},
	}
	root.Flags().BoolVar(&asked, "version", false, "as the command version")
	root.SetIn(env.Stdin)
	root.SetOut(env.Stdout)
	root.SetErr(env.Stderr)
	root.AddCommand(newScan(env), newDevices(env), newExplain(env), newDB(env), newPolicy(env), newScanners(env), newSchema(env), newSelftest(env), newVersion(env))
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	help := root.HelpFunc()
	root.SetHelpFunc(func(c *cobra.Command, args []string) {
		help(c, args)
		fmt.Fprint(c.OutOrStdout(), "\n"+exitCodeHelp(c))
	})
	return root
}

// unknownCommand reports a word that is no command and is asked about with --help or with help: cobra would show
// the help of the command above it as if all were well.
func unknownCommand(root *cobra.Command, args []string) error {
	asked := slices.Contains(args, "--help") || slices.Contains(args, "-h")
	if len(args) > 0 && args[0] == "help" {
		args, asked = args[1:], true
	}
	if !asked {
		return nil
	}
	c, rest, err := root.Find(args)
	if err != nil || !c.HasSubCommands() {
		return nil // the arguments of a command are its own matter
	}
	for _, word := range rest {
		if strings.HasPrefix(word, "-") {
			continue
		}
		hint := ""
		c.SuggestionsMinimumDistance = 2 // letters, as cobra has it for an unknown command
		if near := c.SuggestionsFor(word); len(near) > 0 {
			hint = "; did you mean: " + strings.Join(near, ", ") + "?"
		}
		return usageError("unknown command %q for %q%s See `%s --help`", word, c.CommandPath(), ensureStop(hint), c.CommandPath())
	}
	return nil
}

// fromEnvironment sets every flag that the command line leaves alone and that QUAESTOR_<FLAG> names.
func fromEnvironment(c *cobra.Command, env Env) error {
	warnUnknown(c.Root(), env)
	flags := c.Flags()
	var first error
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Changed || f.Name == "help" || f.Name == "version" || first != nil {
			return
		}
		name := variable(f.Name)
		if f.Name == "output" {
			if first == nil {
				first = outputFromEnvironment(f, env)
			}
			return
		}
		if v, ok := env.LookupEnv(name); ok && v != "" {
			if err := flags.Set(f.Name, v); err != nil {
				first = usageError("%s=%q: %v", name, v, err)
			}
		}
	})
	return first
}

// variable is the name of the environment variable that sets a flag.
func variable(flag string) string {
	return "QUAESTOR_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// warnUnknown tells of a variable that sets nothing, because it is most likely mistyped. Flags of every command
// count as known.
func warnUnknown(root *cobra.Command, env Env) {
	known := map[string]bool{backupPassword: true}
	var visit func(c *cobra.Command)
	visit = func(c *cobra.Command) {
		c.Flags().VisitAll(func(f *pflag.Flag) { known[variable(f.Name)] = true })
		for _, below := range c.Commands() {
			visit(below)
		}
	}
	visit(root)
	for _, entry := range env.Environ() {
		if name, _, _ := strings.Cut(entry, "="); strings.HasPrefix(strings.ToUpper(name), "QUAESTOR_") && !known[name] {
			fmt.Fprintf(env.Stderr, "quaestor: %q sets nothing; see the flags in --help\n", name)
		}
	}
}

// outputFromEnvironment splits QUAESTOR_OUTPUT by commas, since a variable cannot be repeated. A command with one
// format of its own takes no notice of formats that are for others.
func outputFromEnvironment(f *pflag.Flag, env Env) error {
	v, ok := env.LookupEnv(variable(f.Name))
	if !ok || v == "" {
		return nil
	}
	list, many := f.Value.(pflag.SliceValue)
	if many {
		return list.Replace(strings.Split(v, ","))
	}
	if v == "text" || v == "json" {
		return f.Value.Set(v)
	}
	return nil
}
