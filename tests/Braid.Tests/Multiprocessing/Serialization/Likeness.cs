using System.Collections;
using System.Reflection;
using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>Compares an object with what came back of it: by what it shows, what it holds, and all its fields.</summary>
internal sealed class Likeness
{
    private const int MaximumDepth = 12;
    private const BindingFlags OwnFields = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private readonly HashSet<(object, object)> _compared = new(new Pairs());
    private readonly Func<FieldInfo, bool> _isCache;

    private Likeness(Func<FieldInfo, bool> isCache) => _isCache = isCache;

    /// <param name="value">The object.</param>
    /// <param name="copy">What came back.</param>
    /// <param name="isCache">The fields that hold nothing but what can be made again.</param>
    /// <returns>Where the two differ; null where they are alike.</returns>
    public static string? Difference(object? value, object? copy, Func<FieldInfo, bool> isCache) => new Likeness(isCache).Compare(value, copy, "", 0);

    private string? Compare(object? one, object? other, string path, int depth)
    {
        if (ReferenceEquals(one, other) || depth > MaximumDepth)
        {
            return null;
        }

        if (one is null || other is null || Origin.VisibleType(one.GetType()) != Origin.VisibleType(other.GetType()))
        {
            return $"{path}: {one?.GetType().ToString() ?? "null"} came as {other?.GetType().ToString() ?? "null"}";
        }

        Type type = one.GetType();
        if (type.IsPrimitive || type.IsEnum || one is string or decimal)
        {
            return one.Equals(other) ? null : $"{path}: {one} came as {other}";
        }

        if (one is Type or MemberInfo or Delegate or Pointer)
        {
            return one.Equals(other) ? null : $"{path}: another {type}";
        }

        if (!type.IsValueType && !_compared.Add((one, other)))
        {
            return null;
        }

        return CompareElements(one, other, path, depth) ?? CompareProperties(one, other, path, depth) ?? CompareFields(one, other, path, depth);
    }

    private string? CompareElements(object one, object other, string path, int depth)
    {
        if (one is not IEnumerable elements || one is Stream or System.Text.Json.JsonElement)
        {
            return null;
        }

        object?[] mine = [.. elements.Cast<object?>().Take(10_000)];
        object?[] others = [.. ((IEnumerable)other).Cast<object?>().Take(10_000)];
        return mine.Length != others.Length ? $"{path}: {mine.Length} elements came as {others.Length}"
            : mine.Zip(others).Select((pair, index) => Compare(pair.First, pair.Second, $"{path}[{index}]", depth + 1)).FirstOrDefault(static difference => difference is not null);
    }

    private string? CompareProperties(object one, object other, string path, int depth)
    {
        foreach (PropertyInfo property in Origin.VisibleType(one.GetType()).GetProperties(BindingFlags.Instance | BindingFlags.Public))
        {
            if (property.GetMethod is { IsPublic: true } getter && !property.PropertyType.IsByRefLike && !property.PropertyType.IsByRef && !property.PropertyType.IsPointer && property.GetIndexParameters().Length == 0
                && property.Name != "Capacity")
            {
                (object? mine, Type? myFailure) = Ask(getter, one);
                (object? theirs, Type? theirFailure) = Ask(getter, other);
                string below = $"{path}.{property.Name}";
                if (myFailure != theirFailure)
                {
                    return $"{below}: {myFailure?.ToString() ?? mine ?? "null"} came as {theirFailure?.ToString() ?? theirs ?? "null"}";
                }

                if (Compare(mine, theirs, below, depth + 1) is { } difference)
                {
                    return difference;
                }
            }
        }

        return null;
    }

    private string? CompareFields(object one, object other, string path, int depth)
    {
        if (one.GetType() != other.GetType() || one is IEnumerable and not string)
        {
            return null;        // how collections keep their elements, and which class of a family does, is their own affair
        }

        for (Type? at = one.GetType(); at is not null; at = at.BaseType)
        {
            foreach (FieldInfo field in at.GetFields(OwnFields))
            {
                if (!field.FieldType.IsPointer && !field.FieldType.IsFunctionPointer && !_isCache(field)
                    && Compare(field.GetValue(one), field.GetValue(other), $"{path}.{field.DeclaringType!.Name}.{field.Name}", depth + 1) is { } difference)
                {
                    return difference;
                }
            }
        }

        return null;
    }

    private static (object? Value, Type? Failure) Ask(MethodInfo getter, object target)
    {
        try
        {
            return (getter.Invoke(target, null), null);
        }
        catch (TargetInvocationException exception)
        {
            return (null, exception.InnerException!.GetType());
        }
        catch (NotSupportedException exception)
        {
            return (null, exception.GetType());
        }
    }

    private sealed class Pairs : IEqualityComparer<(object, object)>
    {
        public bool Equals((object, object) x, (object, object) y) => ReferenceEquals(x.Item1, y.Item1) && ReferenceEquals(x.Item2, y.Item2);

        public int GetHashCode((object, object) obj) => HashCode.Combine(System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(obj.Item1), System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(obj.Item2));
    }
}
