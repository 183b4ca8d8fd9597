using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>Random: where .NET would draw a seed, a counter of the run gives it.</summary>
[Hooks(typeof(Random), Allowed = ["*"])]
internal static class RandomHooks
{
    public static Random New(int site) => ControlledThread.Current is { } thread ? new Random(RunNumbers.Of(thread).NextSeed()) : new Random();

    public static Random get_Shared(int site) => ControlledThread.Current is { } thread ? RunNumbers.Of(thread).SharedRandom : Random.Shared;
}
