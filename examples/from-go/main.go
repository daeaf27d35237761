// A workspace from a program in Go. `pulumi package add` writes a typed SDK; this is what it calls.
package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

// Workspace is the package's component; its outputs are those of a stack of this repository.
type Workspace struct {
	pulumi.ResourceState

	Namespace        pulumi.StringOutput    `pulumi:"namespace"`
	KubeflowUser     pulumi.StringOutput    `pulumi:"kubeflowUser"`
	KubeflowPassword pulumi.StringPtrOutput `pulumi:"kubeflowPassword"`
	BucketName       pulumi.StringOutput    `pulumi:"bucketName"`
}

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		settings := config.New(ctx, "")
		workspace := &Workspace{}
		err := ctx.RegisterRemoteComponentResource("project-workspace:index:Workspace", "vision", pulumi.Map{
			"project":     pulumi.String("vision"),
			"environment": pulumi.String(settings.Require("environment")),
			"infra":       pulumi.String(settings.Require("infra")),
			"region":      pulumi.String(config.Require(ctx, "aws:region")),
			"cluster":     pulumi.String(settings.Require("cluster")),
			"nodeGroups": pulumi.MapArray{
				pulumi.Map{
					"spec":         pulumi.String("gpu"),
					"instanceType": pulumi.String("g5.xlarge"),
					"max":          pulumi.Int(2),
				},
			},
			"quota":     pulumi.StringMap{"requests.nvidia.com/gpu": pulumi.String("2")},
			"grafana":   pulumi.Map{"url": pulumi.String(settings.Require("grafanaUrl"))},
			"conductor": pulumi.Map{"url": pulumi.String(settings.Require("conductorUrl"))},
		}, workspace)
		if err != nil {
			return err
		}
		ctx.Export("namespace", workspace.Namespace)
		ctx.Export("kubeflowUser", workspace.KubeflowUser)
		ctx.Export("kubeflowPassword", workspace.KubeflowPassword)
		ctx.Export("bucketName", workspace.BucketName)
		return nil
	})
}
