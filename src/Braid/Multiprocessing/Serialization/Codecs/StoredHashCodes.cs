using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;

namespace Braid.Multiprocessing;

/// <summary>
/// Which fields of a program's type store hash codes. Those of strings, and those that <see cref="HashCode"/> mixes, differ from process to
/// process.
/// </summary>
/// <remarks>
/// <para>
/// Found by reading the type's code. A number that <c>GetHashCode</c> itself stores is a cache: it does not travel, nor does the flag that
/// says that it is filled, and the receiver computes it anew. A number that other code of the type stores, usually a constructor, would be
/// silently wrong in the receiver, so the type is refused. So is a generic type that places its elements by the hash codes of a type
/// argument, as hash tables do, unless the hash codes of that argument are the same in every process.
/// </para>
/// <para>
/// The analysis follows a hash code from the call to the field, through arithmetic, local variables and calls. It does not see a hash code
/// that takes another path, or that a non-generic type keeps in a structure of its own: the documentation says so. A type that controls how
/// it is copied is left alone.
/// </para>
/// </remarks>
internal sealed class StoredHashCodes
{
    private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly ConcurrentDictionary<Type, StoredHashCodes> s_known = new();

    private readonly Type _type;
    private readonly HashSet<FieldInfo> _stored = [];       // by other code than GetHashCode
    private readonly HashSet<FieldInfo> _caches = [];
    private bool _placesByHash;

    private StoredHashCodes(Type type)
    {
        _type = type;
        foreach (MethodBase method in type.GetMethods(Declared | BindingFlags.Static).Concat<MethodBase>(type.GetConstructors(Declared)))
        {
            Follow(method);
        }
    }

    /// <summary>Why objects of the type would be wrong in the receiver; null if they would not.</summary>
    public static string? WhyNot(Type type)
    {
        for (Type? at = type; at is not null && !Origin.IsFramework(at); at = at.BaseType)
        {
            if (!MayKeep(at) || Callbacks.Of(type).HasArrival)
            {
                continue;
            }

            StoredHashCodes hashes = Of(at);
            if (hashes._stored.FirstOrDefault() is { } field)
            {
                return $"its {FieldText.Of(field)} keeps a hash code, and hash codes differ in each process. Mark the field " +
                    "[NonSerialized] and make it anew in a method marked [OnDeserialized], or register a form with Payloads.Register.";
            }

            if (hashes._placesByHash)
            {
                return $"{TypeText.Of(at)} places its elements by their hash codes, which differ in each process. Register a form with " +
                    "Payloads.Register, or pass its elements.";
            }
        }

        return null;
    }

    /// <summary>Whether the field is a cache of a hash code.</summary>
    public static bool IsCache(FieldInfo field) =>
        field.DeclaringType is { } type && !Origin.IsFramework(type) && MayKeep(type) && Of(type)._caches.Contains(field);

    private static StoredHashCodes Of(Type type) => s_known.GetOrAdd(type, static type => new StoredHashCodes(type));

    private static bool MayKeep(Type type) =>
        !FieldText.IsClosure(type)
            && (type.IsGenericType || Array.Exists(type.GetFields(Declared), static field => IsNumber(field.FieldType)));

    private void Follow(MethodBase method)
    {
        if (MethodCode.Of(method) is not { } code)
        {
            return;
        }

        bool isHash = false;                    // whether one of the values on the stack is a hash code
        bool makesHash = false;
        var locals = new HashSet<int>();        // those that hold one
        var flags = new HashSet<FieldInfo>();   // those of this type that are stored
        Type? constrained = null;
        foreach (Instruction instruction in code)
        {
            OpCode operation = instruction.Operation;
            if (operation == OpCodes.Constrained)
            {
                constrained = instruction.Member as Type;
                continue;
            }

            if (instruction.Member is MethodBase called && operation.FlowControl == FlowControl.Call)
            {
                bool isHashCall = IsHash(called, constrained);
                _placesByHash |= isHashCall && IsOfArgument(called, constrained) && !IsAboutOneself(method) && HoldsStructure();
                makesHash |= isHashCall;
                if (isHash && Property(called) is { } kept)
                {
                    Keep(method, kept);
                }

                isHash = isHashCall || (isHash && IsNumber((called as MethodInfo)?.ReturnType));
            }
            else if (operation == OpCodes.Stfld && instruction.Member is FieldInfo field)
            {
                if (field.DeclaringType == _type)
                {
                    flags.Add(field);
                    if (isHash && IsNumber(field.FieldType))
                    {
                        Keep(method, field);
                    }
                }

                isHash = false;
            }
            else if (LocalOf(instruction, OpCodes.Stloc_0, OpCodes.Stloc, OpCodes.Stloc_S) is int stored)
            {
                _ = isHash ? locals.Add(stored) : locals.Remove(stored);
                isHash = false;
            }
            else if (LocalOf(instruction, OpCodes.Ldloc_0, OpCodes.Ldloc, OpCodes.Ldloc_S) is int loaded)
            {
                isHash |= locals.Contains(loaded);
            }
            else if (operation == OpCodes.Pop || operation.FlowControl == FlowControl.Return)
            {
                isHash = false;
            }

            constrained = null;
        }

        if (makesHash && IsGetHashCode(method))
        {
            _caches.UnionWith(flags.Where(static field => IsNumber(field.FieldType) || field.FieldType == typeof(bool)));
        }
    }

    private void Keep(MethodBase method, FieldInfo field)
    {
        if (!IsGetHashCode(method) && !field.IsDefined(typeof(NonSerializedAttribute), false))
        {
            _stored.Add(field);
        }
    }

    /// <summary>The backing field of the property that the called method sets; null if it sets none.</summary>
    private FieldInfo? Property(MethodBase called) =>
        called.DeclaringType == _type && called.Name.StartsWith("set_", StringComparison.Ordinal)
        ? _type.GetField($"<{called.Name["set_".Length..]}>k__BackingField", Declared) is { } field && IsNumber(field.FieldType)
            ? field : null : null;

    private bool HoldsStructure() => Array.Exists(_type.GetFields(Declared), static field =>
        !field.FieldType.IsValueType && !field.FieldType.IsGenericParameter && field.FieldType != typeof(string)
            && !field.FieldType.IsAssignableTo(typeof(Delegate)) && !IsComparer(field.FieldType));

    private static bool IsComparer(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() is { } definition
        && (definition == typeof(IEqualityComparer<>) || definition == typeof(IComparer<>) || definition == typeof(EqualityComparer<>)
            || definition == typeof(Comparer<>));

    /// <summary>Whether the hashed value is of a type argument of the type whose code this is.</summary>
    private bool IsOfArgument(MethodBase called, Type? constrained)
    {
        Type? hashed = HashedBy(called, constrained);
        return _type.IsGenericType && hashed is not null && _type.GetGenericArguments().Contains(hashed) && !IsStable(hashed);
    }

    private static bool IsAboutOneself(MethodBase method) =>
        IsGetHashCode(method) || method.Name is nameof(Equals) or nameof(ToString) or "op_Equality" or "op_Inequality";

    private static bool IsGetHashCode(MethodBase method) => method.Name == nameof(GetHashCode) && method.GetParameters().Length == 0;

    private static bool IsHash(MethodBase called, Type? constrained) =>
        (called.DeclaringType == typeof(HashCode) && called.Name is nameof(HashCode.Combine) or nameof(HashCode.ToHashCode))
        || (called.Name == nameof(GetHashCode) && !IsStable(HashedBy(called, constrained)));

    /// <summary>The type that a call of GetHashCode hashes: that of its receiver, or of a comparer's argument.</summary>
    private static Type? HashedBy(MethodBase called, Type? constrained) =>
        called.DeclaringType == typeof(string) ? typeof(string)
        : called.GetParameters() is [{ ParameterType: var hashed }] ? hashed
        : constrained ?? called.DeclaringType;

    /// <summary>Whether values of the type have the same hash code in every process.</summary>
    private static bool IsStable(Type? type) =>
        type is not null
            && (type.IsPrimitive || type.IsEnum || type == typeof(decimal) || type == typeof(Guid) || type == typeof(DateTime)
                || type == typeof(TimeSpan) || type == typeof(DateOnly));

    private static bool IsNumber(Type? type) =>
        type == typeof(int) || type == typeof(uint) || type == typeof(long) || type == typeof(ulong) || type == typeof(int?);

    private static int? LocalOf(Instruction instruction, OpCode first, OpCode wide, OpCode narrow)
    {
        int number = instruction.Operation.Value - first.Value;
        return instruction.Operation == wide || instruction.Operation == narrow ? instruction.Operand
            : number is >= 0 and <= 3 && instruction.Operation.Size == 1 ? number
            : null;
    }
}
