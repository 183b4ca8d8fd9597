using System.Runtime.Versioning;
using Braid.Multiprocessing;

namespace Braid.Tests;

[UnsupportedOSPlatform("windows")]
public sealed class SharedMappingTests : TimedTest
{
    [Fact]
    public void Shared_memory_cannot_be_executed_as_hardened_systems_demand()
    {
        Assert.SkipUnless(Environment.OSVersion.Version >= new Version(6, 3), "Linux can make such memory since 6.3.");
        int descriptor = SharedMapping.Create("test", 4096);
        UnixFileMode mode = File.GetUnixFileMode($"/proc/self/fd/{descriptor}");
        Descriptors.Close(descriptor);
        Assert.Equal(UnixFileMode.None, mode & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute));
    }
}
