using System.Reflection;

namespace Braid.Multiprocessing;

/// <summary>Compares an object of .NET with a copy of it by all their fields, private ones too, all the way down: what no field tells apart, nothing does.</summary>
internal sealed class InnerState
{
    private readonly HashSet<(Reference, Reference)> _compared = [];

    /// <summary>The way to the first field that differs; null for none.</summary>
    public static string? Difference(object value, object copy) => new InnerState().Compare(value, copy, "");

    private string? Compare(object? one, object? other, string path)
    {
        if (ReferenceEquals(one, other))
        {
            return null;
        }

        if (one is null || other is null || one.GetType() != other.GetType() || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            return path;
        }

        Type type = one.GetType();
        if (type.IsPrimitive || type.IsEnum || one is string or decimal or DateTime or TimeSpan or Guid)
        {
            return Refusals.IsPointerLike(type) || !one.Equals(other) ? path : null;
        }

        if (type.IsPointer || type.IsDefined(typeof(InlineArrayAttribute), inherit: false) || one is Pointer or Delegate or MemberInfo or System.Runtime.InteropServices.SafeHandle)
        {
            return path;
        }

        if (!type.IsValueType && !_compared.Add((new(one), new(other))))
        {
            return null;
        }

        return type.IsArray ? CompareArrays((Array)one, (Array)other, path) : CompareFields(type, one, other, path);
    }

    private string? CompareArrays(Array one, Array other, string path)
    {
        if (one.Rank != other.Rank || Enumerable.Range(0, one.Rank).Any(i => one.GetLength(i) != other.GetLength(i) || one.GetLowerBound(i) != other.GetLowerBound(i)))
        {
            return path;
        }

        System.Collections.IEnumerator others = other.GetEnumerator();
        foreach (object? item in one)
        {
            others.MoveNext();
            if (Compare(item, others.Current, path) is { } different)
            {
                return different;
            }
        }

        return null;
    }

    private string? CompareFields(Type type, object one, object other, string path)
    {
        for (Type? at = type; at is not null; at = at.BaseType)
        {
            foreach (FieldInfo field in at.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                string below = path.Length == 0 ? FieldText.PlainName(field) : $"{path}.{FieldText.PlainName(field)}";
                if (field.FieldType.IsPointer || field.FieldType.IsByRefLike || field.FieldType.IsFunctionPointer)
                {
                    return below;
                }

                if (Compare(field.GetValue(one), field.GetValue(other), below) is { } different)
                {
                    return different;
                }
            }
        }

        return null;
    }

    private readonly struct Reference(object value) : IEquatable<Reference>
    {
        private readonly object _value = value;

        public bool Equals(Reference other) => ReferenceEquals(_value, other._value);

        public override bool Equals(object? obj) => obj is Reference other && Equals(other);

        public override int GetHashCode() => RuntimeHelpers.GetHashCode(_value);
    }
}
