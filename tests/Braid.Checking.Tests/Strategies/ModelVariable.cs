using Braid.Checking.Engine;

namespace Braid.Checking.Tests.Strategies;

internal sealed class ModelVariable(int value = 0) : Resource, IModelObject
{
    public int Name { get; } = IModelObject.Next();

    /// <summary>The lock that each access touches too; null if there is none.</summary>
    public ModelLock? Of { get; init; }

    public int Value { get; set; } = value;

    public override string Noun => "variable";
}
