using System.Collections;
using System.Runtime.CompilerServices;

namespace Braid.Checking.Linearizability;

/// <summary>How a call ended: with a result, with an exception, or not at all.</summary>
internal sealed class Outcome : IEquatable<Outcome>
{
    /// <summary>The call waits, and nothing remains that could end that.</summary>
    public static readonly Outcome Waits = new(null, null);

    private readonly object? _value;
    private readonly Type? _exception;

    private Outcome(object? value, Type? exception) => (_value, _exception) = (value, exception);

    /// <exception cref="ScenarioException">The value cannot be compared.</exception>
    public static Outcome Returned(object? value) => new(Snapshot.Of(value), null);

    public static Outcome Threw(Exception exception) => new(null, exception.GetType());

    /// <summary>For a call that was made: "returned 1", "threw TimeoutException", "never returned".</summary>
    public string Past => Text("returned", "threw", "never returned");

    /// <summary>For one that the model would make: "returns 1".</summary>
    public string Present => Text("returns", "throws", "waits");

    /// <summary>After the call in a table: " = 1", empty if there is no result.</summary>
    public string InTable =>
        this == Waits ? " never returns" : _exception is not null ? $" throws {_exception.Name}"
        : _value == Result.None ? "" : $" = {OutcomeText.Of(_value)}";

    public bool Equals(Outcome? other) =>
        other is not null && (this == Waits) == (other == Waits) && _exception == other._exception && Equals(_value, other._value);

    public override bool Equals(object? obj) => Equals(obj as Outcome);

    public override int GetHashCode() => HashCode.Combine(_exception, _value);

    private string Text(string returns, string throws, string waits) =>
        this == Waits ? waits : _exception is not null ? $"{throws} {_exception.Name}"
        : _value == Result.None ? returns : $"{returns} {OutcomeText.Of(_value)}";
}

/// <summary>A snapshot of a value, so that a later change to an array or list does not change a result.</summary>
/// <param name="elements">The elements of a list or tuple.</param>
/// <param name="isTuple">Whether they are those of a tuple.</param>
internal sealed class Snapshot(object?[] elements, bool isTuple) : IEquatable<Snapshot>
{
    public IReadOnlyList<object?> Elements => elements;

    public bool IsTuple => isTuple;

    /// <exception cref="ScenarioException">The value is equal only to itself.</exception>
    public static object? Of(object? value)
    {
        if (value is null or string or Snapshot || value == Result.None || value.GetType() is { IsPrimitive: true } or { IsEnum: true })
        {
            return value;
        }

        Type type = value.GetType();
        if (type.Assembly == typeof(object).Assembly)
        {
            switch (value)
            {
                case IList list:
                    return new Snapshot([.. list.Cast<object?>().Select(Of)], isTuple: false);
                case ITuple tuple:
                    return new Snapshot([.. Enumerable.Range(0, tuple.Length).Select(i => Of(tuple[i]))], isTuple: true);
            }
        }

        // The type of an array belongs to the assembly of its elements' type.
        return value is Array array ? new Snapshot([.. array.Cast<object?>().Select(Of)], isTuple: false)
            : type.GetMethod(nameof(Equals), [typeof(object)])!.DeclaringType == typeof(object)
            ? throw new ScenarioException(
                $"An operation returns an object of {type}, which has no Equals of its own, so that results could not be compared: each " +
                "is equal only to itself. Return a number, a string, an array, a tuple, a record, or the part of it to compare.")
            : value;
    }

    public bool Equals(Snapshot? other) =>
        other is not null && IsTuple == other.IsTuple && Elements.SequenceEqual(other.Elements);

    public override bool Equals(object? obj) => Equals(obj as Snapshot);

    public override int GetHashCode() => Elements.Count;
}
