using Braid.Tests;

namespace Braid.Fuzz;

/// <summary>The reader of pickles.</summary>
internal sealed class PickleTarget : Target
{
    public override string Name => "pickles";

    public override IEnumerable<byte[]> Seeds() => PickleProbe.Seeds();

    public override void Run(byte[] input) => PickleProbe.Read(input);
}
