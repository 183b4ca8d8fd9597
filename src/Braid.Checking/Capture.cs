using System.Reflection;
using System.Runtime.CompilerServices;

namespace Braid.Checking;

/// <summary>Copies what a delegate captures into the rewritten copy of its assembly, afresh for each run.</summary>
/// <remarks>
/// A captured variable is a field of an object that the compiler generated. In the copy that object has a different type, as does every
/// type of the assembly. Values are therefore copied field by field, and only those that mean the same in the copy: numbers, strings, and
/// types that .NET's core defines.
/// </remarks>
internal static class Capture
{
    private const string This = "this";
    private const BindingFlags Fields = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>Returns delegates for the method in the copy, each with a fresh object of captured values.</summary>
    /// <exception cref="ArgumentException">A captured value cannot be carried over.</exception>
    public static Func<T> Bind<T>(T body, MethodInfo copy)
        where T : Delegate
    {
        Func<Delegate> bound = Bind(body, copy, typeof(T));
        return () => (T)bound();
    }

    /// <summary>Like the other overload, for delegates of another type: one of the copy.</summary>
    public static Func<Delegate> Bind(Delegate body, MethodInfo copy, Type type)
    {
        if (copy.IsStatic)
        {
            Delegate bound = copy.CreateDelegate(type);
            return () => bound;
        }

        if (body.Target is { } target && !IsClosure(target.GetType()))
        {
            throw body.Method.Name.StartsWith('<') ? RefuseThis(target.GetType()) : new ArgumentException(
                $"The body is {target.GetType().Name}.{body.Method.Name} of one object of {target.GetType()}, and the object cannot be " +
                "carried over to the rewritten copy of the program. Pass a lambda that makes the object: () => new " +
                $"{target.GetType().Name}(...).{body.Method.Name}().");
        }

        // Copied once now, so that the exception is thrown before any run.
        _ = CopyValue(body.Target, copy.DeclaringType!, "the body");
        if (body.Target is null || copy.DeclaringType!.GetFields(Fields).Length == 0)
        {
            Delegate bound = copy.CreateDelegate(type, RuntimeHelpers.GetUninitializedObject(copy.DeclaringType!));
            return () => bound;
        }

        return () => copy.CreateDelegate(type, CopyValue(body.Target, copy.DeclaringType!, "the body"));
    }

    /// <summary>Whether copies of what a delegate captures have no object in common that can change.</summary>
    public static bool SharesNothing(object? captured) =>
        captured is null or string or decimal or DateTime or DateTimeOffset or TimeSpan or DateOnly or TimeOnly or Guid or Version or Type
        || captured.GetType() is { IsPrimitive: true } or { IsEnum: true }
        || (IsClosure(captured.GetType())
            && Array.TrueForAll(captured.GetType().GetFields(Fields), field => SharesNothing(field.GetValue(captured))));

    private static object? CopyValue(object? value, Type type, string name)
    {
        if (value is null)
        {
            return null;
        }

        if (type.IsInstanceOfType(value) && (type.IsPrimitive || type.IsEnum || type.Assembly == typeof(object).Assembly))
        {
            return IsCore(value.GetType()) ? value : throw Refuse(name, value.GetType());
        }

        if (type.IsEnum)
        {
            return Enum.ToObject(type, value);
        }

        if (!IsClosure(value.GetType()))
        {
            throw Refuse(name, value.GetType());
        }

        object copy = RuntimeHelpers.GetUninitializedObject(type);
        foreach (FieldInfo field in value.GetType().GetFields(Fields))
        {
            FieldInfo target = type.GetField(field.Name, Fields)
                ?? throw new ArgumentException(
                    $"The copy of {value.GetType().Name} has no field {field.Name}: the assembly on disk is another one than the loaded " +
                    "one. Build again.");
            target.SetValue(copy, CopyValue(field.GetValue(value), target.FieldType, NameOf(field)));
        }

        return copy;
    }

    /// <summary>True if the compiler generated the type for what lambdas capture, or for lambdas that capture nothing.</summary>
    private static bool IsClosure(Type type) =>
        type.Name.StartsWith("<>c", StringComparison.Ordinal) && type.IsDefined(typeof(CompilerGeneratedAttribute));

    private static bool IsCore(Type type) =>
        type.IsArray ? IsCore(type.GetElementType()!) :
        type.Assembly == typeof(object).Assembly && Array.TrueForAll(type.GetGenericArguments(), IsCore)
            && !typeof(Delegate).IsAssignableFrom(type);

    private static string NameOf(FieldInfo field) => field.Name.Contains("<>", StringComparison.Ordinal) ? This : $"'{field.Name}'";

    private static ArgumentException RefuseThis(Type type) =>
        new(
            $"The body uses 'this', an object of {type}: it names an instance field, property or method of it, also where the word " +
            "'this' is left out. That object cannot be carried over to the rewritten copy of the program. " +
            $"Make the object inside of the body (var it = new {type.Name}(...)), make what the body names static, or copy what it reads " +
            "to a local variable first; numbers, strings and types of .NET's core library can be captured.");

    private static ArgumentException Refuse(string name, Type type) =>
        name == This
            ? RefuseThis(type)
            : new(
                $"The body captures {name} of type {type}, which cannot be carried over to the rewritten copy of the program. Make it " +
                "inside of the body; numbers, strings and types of .NET's core library can be captured.");
}
