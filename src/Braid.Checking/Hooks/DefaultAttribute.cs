namespace Braid.Checking.Hooks;

/// <summary>Overloads without this parameter mean this value.</summary>
/// <param name="value">A number, or a truth value as 0 or 1. What else there is has the default of its type.</param>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class DefaultAttribute(int value = 0) : Attribute
{
    public int Value { get; } = value;

    /// <summary>What rewritten code calls for a struct.</summary>
    public static T Of<T>()
        where T : struct => default;
}
