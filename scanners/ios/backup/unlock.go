package backup

import (
	"context"
	"errors"
	"fmt"

	"quaestor/scanners"
	"quaestor/scanners/internal/keybag"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
)

// handIn is how a user hands in a password.
const handIn = "Scan on a terminal, which asks for the password; or put it into a file for --password-file, or into QUAESTOR_BACKUP_PASSWORD."

// readFiles reads the list of files and those that iOS keeps about its state. Without its password an encrypted backup
// tells no more than its property lists; up to iOS 10.1 also its list of files.
func (b *backup) readFiles(ctx context.Context, passwords scanners.Passwords) error {
	encrypted := plist.Bool(b.manifest, "IsEncrypted")
	if encrypted {
		if err := b.openKeys(ctx, passwords); err != nil {
			return err
		}
		if b.keys == nil && len(plist.Bytes(b.manifest, "ManifestKey")) > 0 {
			return nil
		}
	}
	if err := b.readIndex(ctx); err != nil || b.index == nil {
		return err
	}
	b.appData()
	if !encrypted || b.keys != nil {
		if err := b.readState(ctx); err != nil {
			return err
		}
		b.missing()
	}
	b.partData()
	return nil
}

// openKeys opens the keybag with the first of the passwords that fits. What does not work is a gap; the error is that of ctx.
func (b *backup) openKeys(ctx context.Context, passwords scanners.Passwords) error {
	lost := func(kind inventory.GapKind, why, next string) {
		b.Gap(inventory.Gap{Subject: b.src.Join(b.dir), Kind: kind, Next: next,
			Detail: "The backup is encrypted and was not opened: " + why + ". Permissions, profiles, certificates, VPNs, traffic and data of apps in it were not read."})
	}
	bag, err := keybag.Parse(plist.Bytes(b.manifest, "BackupKeyBag"))
	if err != nil {
		kind := inventory.GapMalformed
		if errors.Is(err, keybag.ErrLimit) {
			kind = inventory.GapLimit
		}
		lost(kind, err.Error(), "Make the backup again, or get a whole copy of it.")
		return nil
	}
	var all []string
	for passwords != nil {
		tried := len(all)
		if all, err = passwords(ctx, b.src.Join(b.dir), tried); ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			lost(inventory.GapUnreadable, err.Error(), handIn)
			return nil
		}
		if len(all) <= tried {
			break
		}
		if b.keys, err = bag.OpenAny(ctx, all[tried:]); err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if errors.Is(err, keybag.ErrLimit) {
			lost(inventory.GapUnreadable, err.Error(), "Give fewer passwords, the likeliest first.")
			return nil
		}
	}
	if len(all) == 0 {
		lost(inventory.GapUnreadable, "it needs its password", handIn)
		return nil
	}
	lost(inventory.GapUnreadable, wrong(len(all)), "Check the password, which was set when the encryption of backups was turned on, and scan again.")
	return nil
}

func wrong(n int) string {
	if n == 1 {
		return keybag.ErrWrongPassword.Error()
	}
	return fmt.Sprintf("none of the %d passwords opens it", n)
}

// missing says which of the files that tell something the backup does not list.
func (b *backup) missing() {
	for _, m := range []struct{ domain, name, what string }{
		{"HomeDomain", "Library/TCC/TCC.db", "what its user allowed the apps"},
		{"WirelessDomain", "Library/Databases/DataUsage.sqlite", "how much the apps sent and received"},
	} {
		if b.index.files[m.domain+"-"+m.name] == nil {
			b.Gap(inventory.Gap{Subject: b.src.Join(b.dir), Kind: inventory.GapBlind, Detail: fmt.Sprintf("The backup holds no %s: %s is not known.", m.name, m.what)})
		}
	}
}
