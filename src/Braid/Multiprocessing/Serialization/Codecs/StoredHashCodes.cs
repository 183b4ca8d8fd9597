using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;

namespace Braid.Multiprocessing;

/// <summary>Which fields of a program's type keep hash codes: those of text, and of what <see cref="HashCode"/> mixes, differ in each process.</summary>
/// <remarks>
/// <para>
/// Found in the code of the type. A number that <c>GetHashCode</c> itself stores is a cache: it stays at home, together with what says that it is filled, and
/// is made anew over there. A number that other code of the type stores, a constructor for the most part, would be wrong over there without a word, so the type is refused. So
/// is a generic type that places its elements by the hash codes of a type argument, as hash tables do, unless the hash codes of that argument are the same everywhere.
/// </para>
/// <para>
/// What is followed is a hash code on its way from the call to the field, through arithmetic, local variables and calls. A hash code that takes another
/// way, or is kept by a type that is not generic in a structure of its own, is not seen: the pages say so. A type that has a say in how it is copied is left alone.
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

    /// <summary>Why objects of the type would be wrong over there; null if they are not.</summary>
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
                return $"its {FieldText.Of(field)} keeps a hash code, and hash codes differ in each process. Mark the field [NonSerialized] and make it anew in a method marked [OnDeserialized], or register a form with Payloads.Register.";
            }

            if (hashes._placesByHash)
            {
                return $"{TypeText.Of(at)} places its elements by their hash codes, which differ in each process. Register a form with Payloads.Register, or pass its elements.";
            }
        }

        return null;
    }

    /// <summary>Whether the field is a cache of a hash code.</summary>
    public static bool IsCache(FieldInfo field) => field.DeclaringType is { } type && !Origin.IsFramework(type) && MayKeep(type) && Of(type)._caches.Contains(field);

    private static StoredHashCodes Of(Type type) => s_known.GetOrAdd(type, static type => new StoredHashCodes(type));

    private static bool MayKeep(Type type) => !FieldText.IsClosure(type) && (type.IsGenericType || Array.Exists(type.GetFields(Declared), static field => IsNumber(field.FieldType)));

    private void Follow(MethodBase method)
    {
        if (MethodCode.Of(method) is not { } code)
        {
            return;
        }

        bool isHash = false;                    // whether a hash code is among what lies on the stack
        bool makesHash = false;
        var locals = new HashSet<int>();        // that hold one
        var flags = new HashSet<FieldInfo>();   // of this type, that are stored
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

    /// <summary>The field of a property that the called method sets; null if it does not.</summary>
    private FieldInfo? Property(MethodBase called) => called.DeclaringType == _type && called.Name.StartsWith("set_", StringComparison.Ordinal)
        ? _type.GetField($"<{called.Name["set_".Length..]}>k__BackingField", Declared) is { } field && IsNumber(field.FieldType) ? field : null : null;

    private bool HoldsStructure() => Array.Exists(_type.GetFields(Declared), static field =>
        !field.FieldType.IsValueType && !field.FieldType.IsGenericParameter && field.FieldType != typeof(string) && !field.FieldType.IsAssignableTo(typeof(Delegate)) && !IsComparer(field.FieldType));

    private static bool IsComparer(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() is { } definition
        && (definition == typeof(IEqualityComparer<>) || definition == typeof(IComparer<>) || definition == typeof(EqualityComparer<>) || definition == typeof(Comparer<>));

    /// <summary>Whether what is hashed is of a type argument of the type whose code this is.</summary>
    private bool IsOfArgument(MethodBase called, Type? constrained)
    {
        Type? hashed = HashedBy(called, constrained);
        return _type.IsGenericType && hashed is not null && _type.GetGenericArguments().Contains(hashed) && !IsStable(hashed);
    }

    private static bool IsAboutOneself(MethodBase method) => IsGetHashCode(method) || method.Name is nameof(Equals) or nameof(ToString) or "op_Equality" or "op_Inequality";

    private static bool IsGetHashCode(MethodBase method) => method.Name == nameof(GetHashCode) && method.GetParameters().Length == 0;

    private static bool IsHash(MethodBase called, Type? constrained) =>
        (called.DeclaringType == typeof(HashCode) && called.Name is nameof(HashCode.Combine) or nameof(HashCode.ToHashCode))
        || (called.Name == nameof(GetHashCode) && !IsStable(HashedBy(called, constrained)));

    /// <summary>The type of what a method called GetHashCode hashes: what it is called on, or what a comparer is given.</summary>
    private static Type? HashedBy(MethodBase called, Type? constrained) =>
        called.DeclaringType == typeof(string) ? typeof(string)
        : called.GetParameters() is [{ ParameterType: var hashed }] ? hashed
        : constrained ?? called.DeclaringType;

    /// <summary>Whether values of the type have the same hash code in each process.</summary>
    private static bool IsStable(Type? type) => type is not null && (type.IsPrimitive || type.IsEnum || type == typeof(decimal) || type == typeof(Guid) || type == typeof(DateTime) || type == typeof(TimeSpan) || type == typeof(DateOnly));

    private static bool IsNumber(Type? type) => type == typeof(int) || type == typeof(uint) || type == typeof(long) || type == typeof(ulong) || type == typeof(int?);

    private static int? LocalOf(Instruction instruction, OpCode first, OpCode wide, OpCode narrow)
    {
        int number = instruction.Operation.Value - first.Value;
        return instruction.Operation == wide || instruction.Operation == narrow ? instruction.Operand : number is >= 0 and <= 3 && instruction.Operation.Size == 1 ? number : null;
    }
}
