using Braid.Checking.Engine;

namespace Braid.Checking.Tests.Strategies;

internal sealed class ModelVariable(int value = 0) : Resource
{
    public int Value { get; set; } = value;

    public override string Noun => "variable";
}
