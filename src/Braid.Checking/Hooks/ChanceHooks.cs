using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>Random and Guid: where .NET would draw a seed or an identifier, a counter of the run supplies it.</summary>
[Hooks(typeof(Random), Allowed = ["*"])]
[Hooks(typeof(Guid), Allowed = ["*"])]
internal static class ChanceHooks
{
    public static Random New(ControlledThread thread, int site) => new(RunNumbers.Of(thread).NextSeed());

    public static Random get_Shared(ControlledThread thread, int site) => RunNumbers.Of(thread).SharedRandom;

    public static Guid NewGuid(ControlledThread thread, int site) => RunNumbers.Of(thread).NextGuid();

    public static Guid CreateVersion7([Default] DateTimeOffset timestamp, ControlledThread thread, int site) =>
        RunNumbers.Of(thread).NextGuid();
}
