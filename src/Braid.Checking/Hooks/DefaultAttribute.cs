namespace Braid.Checking.Hooks;

/// <summary>The value of this parameter for overloads that do not have it.</summary>
/// <param name="value">A number, or 0 or 1 for a Boolean. Parameters of other types get the default of their type.</param>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class DefaultAttribute(int value = 0) : Attribute
{
    public int Value { get; } = value;

    /// <summary>Called by rewritten code for the default of a struct.</summary>
    public static T Of<T>()
        where T : struct => default;
}
