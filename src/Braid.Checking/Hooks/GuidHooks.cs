using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>Guid: new ones count up.</summary>
[Hooks(typeof(Guid), Allowed = ["*"])]
internal static class GuidHooks
{
    public static Guid NewGuid(int site) => ControlledThread.Current is { } thread ? RunNumbers.Of(thread).NextGuid() : Guid.NewGuid();

    public static Guid CreateVersion7(int site) => ControlledThread.Current is { } thread ? RunNumbers.Of(thread).NextGuid() : Guid.CreateVersion7();

    public static Guid CreateVersion7(DateTimeOffset timestamp, int site) => ControlledThread.Current is { } thread ? RunNumbers.Of(thread).NextGuid() : Guid.CreateVersion7(timestamp);
}
