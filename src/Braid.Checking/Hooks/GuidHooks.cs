using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>Guid: new ones count up.</summary>
[Hooks(typeof(Guid), Allowed = ["*"])]
internal static class GuidHooks
{
    public static Guid NewGuid(ControlledThread thread, int site) => RunNumbers.Of(thread).NextGuid();

    public static Guid CreateVersion7([Default] DateTimeOffset timestamp, ControlledThread thread, int site) => NewGuid(thread, site);
}
