package apkmanifest

import (
	"context"

	"quaestor/scanners/internal/axml"
	"quaestor/scanners/internal/protoxml"
)

// ParseProto reads the manifest of a module of an app bundle, as [Parse] does that of an APK. Table is the
// resources.pb of the module and may be nil.
func ParseProto(ctx context.Context, data []byte, table *protoxml.Table) (*Manifest, error) {
	var resources Resources
	if table != nil {
		resources = table
	}
	return parse(ctx, data, resources, protoSource(table))
}

// NameProto reads only who the manifest of a module says it is, for recognition.
func NameProto(ctx context.Context, data []byte) (pkg, split string, err error) {
	return name(ctx, data, protoSource(nil))
}

func protoSource(table *protoxml.Table) source {
	return func(ctx context.Context, data []byte, h axml.Handler) (axml.Report, error) {
		return protoxml.Walk(ctx, data, table, h)
	}
}
