using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>Random: where .NET would draw a seed, a counter of the run gives it.</summary>
[Hooks(typeof(Random), Allowed = ["*"])]
internal static class RandomHooks
{
    public static Random New(ControlledThread thread, int site) => new(RunNumbers.Of(thread).NextSeed());

    public static Random get_Shared(ControlledThread thread, int site) => RunNumbers.Of(thread).SharedRandom;
}
