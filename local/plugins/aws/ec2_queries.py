"""Stand-ins for the EC2 data sources: `getSubnets`, `getInstanceType`, `getInstanceTypeOfferings`."""

from __future__ import annotations

from typing import Any

from local.plugins.aws.connection import Aws, doing
from local.plugins.aws.schema import Arg, Arguments, problems
from local.plugins.provider import PluginError, Values

FILTER = {"name": Arg(str, required=True), "values": Arg(str, "set", required=True)}
SUBNETS = {"filters": Arg(FILTER, "set"), "region": Arg(str), "tags": Arg(str, "map")}
INSTANCE_TYPE = {"instanceType": Arg(str, required=True), "region": Arg(str)}
OFFERINGS = {
    "filters": Arg(FILTER, "set"),
    "locationType": Arg(str, choices=("region", "availability-zone", "availability-zone-id", "outpost")),
    "region": Arg(str),
}


def checked(name: str, arguments: Arguments, args: Values) -> Values:
    """The arguments of a function, or a PluginError that names the first wrong one."""
    for key in sorted(set(args) - set(arguments)):
        raise PluginError(f"{name}: the stand-in does not implement the argument '{key}'.")
    for key in sorted(k for k, a in arguments.items() if a.required and args.get(k) is None):
        raise PluginError(f"{name}: Missing required argument '{key}'.")
    for failure in problems(arguments, args):
        raise PluginError(f"{name}: {failure.reason}")
    return args


def get_subnets(aws: Aws, args: Values) -> Values:
    """The ids of the subnets that match all filters and tags, possibly none."""
    checked("getSubnets", SUBNETS, args)
    region = args.get("region") or aws.region
    filters = _filters(args) + [{"Name": f"tag:{k}", "Values": [v]} for k, v in (args.get("tags") or {}).items()]
    with doing("reading EC2 Subnets"):
        found = aws.pages("ec2", "describe_subnets", "Subnets", region=region, Filters=filters)
    return {
        "id": region,
        "ids": [s["SubnetId"] for s in found],
        "filters": args.get("filters") or [],
        "region": region,
        "tags": args.get("tags") or {},
    }


def get_instance_type_offerings(aws: Aws, args: Values) -> Values:
    """Which instance types are offered where; the three lists run in parallel."""
    checked("getInstanceTypeOfferings", OFFERINGS, args)
    region = args.get("region") or aws.region
    options: Values = {"LocationType": args["locationType"]} if args.get("locationType") else {}
    with doing("reading EC2 Instance Type Offerings"):
        found = aws.pages(
            "ec2", "describe_instance_type_offerings", "InstanceTypeOfferings",
            region=region, Filters=_filters(args), **options,
        )  # fmt: skip
    found.sort(key=lambda offering: (offering["InstanceType"], offering["Location"]))
    return {
        "id": region,
        "filters": args.get("filters") or [],
        "instanceTypes": [o["InstanceType"] for o in found],
        "locationType": args.get("locationType") or "region",
        "locationTypes": [o["LocationType"] for o in found],
        "locations": [o["Location"] for o in found],
        "region": region,
    }


def _filters(args: Values) -> list[Values]:
    return [{"Name": f["name"], "Values": f["values"]} for f in args.get("filters") or []]


def get_instance_type(aws: Aws, args: Values) -> Values:
    """One instance type: processors, memory (MiB), accelerators, architectures, storage, network."""
    checked("getInstanceType", INSTANCE_TYPE, args)
    name, region = args["instanceType"], args.get("region") or aws.region
    with doing(f"reading EC2 Instance Type ({name})"):
        found = aws.ask("ec2", "describe_instance_types", region=region, InstanceTypes=[name])["InstanceTypes"]
    if len(found) != 1:
        raise PluginError(f"reading EC2 Instance Type ({name}): couldn't find resource")
    return {"id": name, "instanceType": name, "region": region, **_described(found[0])}


def _described(info: Values) -> Values:
    cpu, network = info.get("VCpuInfo") or {}, info.get("NetworkInfo") or {}
    processor, ebs = info.get("ProcessorInfo") or {}, info.get("EbsInfo") or {}
    return {
        "autoRecoverySupported": info.get("AutoRecoverySupported"),
        "bareMetal": info.get("BareMetal"),
        "burstablePerformanceSupported": info.get("BurstablePerformanceSupported"),
        "currentGeneration": info.get("CurrentGeneration"),
        "dedicatedHostsSupported": info.get("DedicatedHostsSupported"),
        "defaultCores": cpu.get("DefaultCores"),
        "defaultThreadsPerCore": cpu.get("DefaultThreadsPerCore"),
        "defaultVcpus": cpu.get("DefaultVCpus"),
        "validCores": cpu.get("ValidCores"),
        "validThreadsPerCores": cpu.get("ValidThreadsPerCore"),
        "ebsEncryptionSupport": ebs.get("EncryptionSupport"),
        "ebsNvmeSupport": ebs.get("NvmeSupport"),
        "ebsOptimizedSupport": ebs.get("EbsOptimizedSupport"),
        "efaSupported": network.get("EfaSupported"),
        "enaSupport": network.get("EnaSupport"),
        "freeTierEligible": info.get("FreeTierEligible"),
        "hibernationSupported": info.get("HibernationSupported"),
        "hypervisor": info.get("Hypervisor"),
        "instanceStorageSupported": info.get("InstanceStorageSupported"),
        "totalInstanceStorage": (info.get("InstanceStorageInfo") or {}).get("TotalSizeInGB"),
        "ipv6Supported": network.get("Ipv6Supported"),
        "maximumNetworkInterfaces": network.get("MaximumNetworkInterfaces"),
        "maximumIpv4AddressesPerInterface": network.get("Ipv4AddressesPerInterface"),
        "maximumIpv6AddressesPerInterface": network.get("Ipv6AddressesPerInterface"),
        "memorySize": (info.get("MemoryInfo") or {}).get("SizeInMiB"),
        "networkPerformance": network.get("NetworkPerformance"),
        "supportedArchitectures": processor.get("SupportedArchitectures"),
        "sustainedClockSpeed": processor.get("SustainedClockSpeedInGhz"),
        "supportedPlacementStrategies": (info.get("PlacementGroupInfo") or {}).get("SupportedStrategies"),
        "supportedRootDeviceTypes": info.get("SupportedRootDeviceTypes"),
        "supportedUsagesClasses": info.get("SupportedUsageClasses"),
        "supportedVirtualizationTypes": info.get("SupportedVirtualizationTypes"),
        **_accelerators(info),
    }


def _accelerators(info: Values) -> Values:
    gpus, inference = info.get("GpuInfo") or {}, info.get("InferenceAcceleratorInfo") or {}
    return {
        "gpuses": [
            {
                "count": gpu.get("Count"),
                "manufacturer": gpu.get("Manufacturer"),
                "memorySize": _size(gpu),
                "name": gpu.get("Name"),
            }
            for gpu in gpus.get("Gpus") or []
        ],
        "totalGpuMemory": gpus.get("TotalGpuMemoryInMiB"),
        "inferenceAccelerators": [
            {
                "count": one.get("Count"),
                "manufacturer": one.get("Manufacturer"),
                "memorySize": _size(one),
                "name": one.get("Name"),
            }
            for one in inference.get("Accelerators") or []
        ],
    }


def _size(accelerator: Values) -> Any:
    return (accelerator.get("MemoryInfo") or {}).get("SizeInMiB")
