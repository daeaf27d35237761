// Pulumi's own Kubernetes provider plugin, from its published Go module.
//
// The module's own command embeds two files that its release makes and the module lacks. Here they are read beside the
// binary: schema.json, as the module has it, and terraform-mapping.json.
package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/cmdutil"
)

func main() {
	schema := beside("schema.json")
	// What the release adds to it.
	said := fmt.Sprintf("{\"version\": %q,", version.Version)
	schema = bytes.Replace(schema, []byte("{"), []byte(said), 1)
	provider.Serve("kubernetes", version.Version, schema, beside("terraform-mapping.json"))
}

func beside(name string) []byte {
	executable, err := os.Executable()
	if err != nil {
		cmdutil.ExitError(err.Error())
	}
	executable, err = filepath.EvalSymlinks(executable)
	if err != nil {
		cmdutil.ExitError(err.Error())
	}
	content, err := os.ReadFile(filepath.Join(filepath.Dir(executable), name))
	if err != nil {
		cmdutil.ExitError(err.Error())
	}
	return content
}
