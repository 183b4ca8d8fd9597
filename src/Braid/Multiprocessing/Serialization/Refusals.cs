using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace Braid.Multiprocessing;

/// <summary>What stays in its process, and what to pass instead.</summary>
internal static class Refusals
{
    private const string Handle = "it is bound to an operating system handle. Pass what is needed to open it again.";
    private const string Running = "it is something that runs in this process. Wait for its result and pass that.";
    private const string InProcess = "it lives in the memory of this process and would coordinate nothing over there. Use its counterpart of Braid.Multiprocessing; if it is a field of yours that is not needed there, mark it [NonSerialized].";
    private const string Reflection = "it describes code of this process. Pass a delegate.";

    private static readonly string[] s_ownNamespaces = ["Braid.Threading", "Braid.Queues", "Braid.Futures", "Braid.AsyncIO", "Braid.Waiting", "Braid.Diagnostics"];

    private static readonly (Type Base, string Reason)[] s_reasons =
    [
        (typeof(SafeHandle), Handle),
        (typeof(CriticalHandle), Handle),
        (typeof(Stream), Handle),
        (typeof(System.Net.Sockets.Socket), Handle),
        (typeof(System.Threading.WaitHandle), InProcess),
        (typeof(System.Threading.Thread), Running),
        (typeof(Task), Running),
        (typeof(ValueTask), Running),
        (typeof(System.Threading.Timer), Running),
        (typeof(System.Threading.CancellationTokenSource), "it is an object of this process, and cancelling it would be noticed here only. Pass a shared event."),
        (typeof(System.Threading.Lock), InProcess),
        (typeof(System.Threading.Barrier), InProcess),
        (typeof(System.Threading.CountdownEvent), InProcess),
        (typeof(System.Threading.ReaderWriterLockSlim), InProcess),
        (typeof(MemberInfo), Reflection),
        (typeof(Assembly), Reflection),
        (typeof(Module), Reflection),
        (typeof(AssemblyLoadContext), Reflection),
        (typeof(Expression), "it is a tree of references to code of this process. Pass a delegate."),
        (typeof(MarshalByRefObject), "it is bound to this process. Pass what is needed to make it again."),
    ];

    /// <summary>Why values of the type are refused; null if they are not, or not for what they are.</summary>
    public static string? ReasonFor(Type type)
    {
        if (IsPointerLike(type))
        {
            return "it is an address, which means nothing in another process.";
        }

        if (type.IsByRefLike)
        {
            return "it lives on a stack. Pass an array.";
        }

        if (!type.IsValueType && Array.Exists(s_ownNamespaces, name => type.Namespace == name) && !type.IsAssignableTo(typeof(Exception)) && !IsMadeToTravel(type))
        {
            return InProcess;
        }

        foreach ((Type parent, string reason) in s_reasons)
        {
            if (type.IsAssignableTo(parent))
            {
                return reason;
            }
        }

        return type.FullName is "System.Threading.SemaphoreSlim" or "System.Threading.ManualResetEventSlim" ? InProcess
            : type.IsValueType && !type.IsPrimitive && PointerIn(type, []) is { } field ? $"its {field} is an address, which means nothing in another process."
            : OfProgram(type);
    }

    public static bool IsPointerLike(Type type) =>
        type.IsPointer || type.IsByRef || type.IsFunctionPointer || type == typeof(nint) || type == typeof(nuint) || type == typeof(void) || type == typeof(TypedReference);

    private static string? OfProgram(Type type) =>
        Origin.IsFramework(type) || type.IsValueType ? null
        : type.GetMethod("Finalize", BindingFlags.Instance | BindingFlags.NonPublic, Type.EmptyTypes) is { } finalizer && finalizer.DeclaringType != typeof(object)
            ? "it has a finalizer, so it owns something that a copy would give back a second time. Pass what is needed to make it again."
        : ParentOfDotNet(type) is { } parent && FieldList.FieldsOf(parent).Any()
            ? $"it derives from {TypeText.Of(parent)}, whose state is .NET's own and cannot be copied. Register a converter with Payloads.Register."
        : type.IsImport ? Handle
        : null;

    private static Type? ParentOfDotNet(Type type)
    {
        Type? parent = type.BaseType;
        while (parent is not null && !Origin.IsFramework(parent))
        {
            parent = parent.BaseType;
        }

        return parent;
    }

    /// <summary>The field of a struct that is an address, at any depth below structs without references; null for none.</summary>
    private static string? PointerIn(Type type, HashSet<Type> seen)
    {
        if (type.IsPrimitive || type.IsEnum || !seen.Add(type))
        {
            return null;
        }

        foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
        {
            if (IsPointerLike(field.FieldType) || (field.FieldType.IsValueType && PointerIn(field.FieldType, seen) is not null))
            {
                return FieldText.Of(field) ?? field.Name;
            }
        }

        return null;
    }

    /// <summary>A closure of our own code, or something of ours that says it travels.</summary>
    private static bool IsMadeToTravel(Type type) => type.IsDefined(typeof(CompilerGeneratedAttribute), false) || type.IsDefined(typeof(SerializableAttribute), false);
}
