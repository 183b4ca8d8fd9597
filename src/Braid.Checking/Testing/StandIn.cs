using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using Braid.Checking.Engine;
using Braid.Checking.Hooks;

namespace Braid.Checking.Testing;

/// <summary>Stand-ins for objects that a runner provides to its tests: for their output, and for information about themselves.</summary>
/// <remarks>
/// Output goes to the console of the run. All other members do nothing, and return empty values. The type is created at run time, because
/// the checker does not reference any test framework; only abstract members are implemented.
/// </remarks>
internal static class StandIn
{
    private const string Write = "write";
    private const string Properties = "properties";

    private static readonly ConditionalWeakTable<Type, Type> s_made = [];

    /// <exception cref="TestRefusedException">The type cannot be implemented outside of its assembly.</exception>
    public static object Of(Type type)
    {
        try
        {
            Type made = s_made.GetValue(type, Implement);
            object standIn = Activator.CreateInstance(made)!;
            made.GetField(Write)!.SetValue(standIn, (Action<string>)ToConsole);
            made.GetField(Properties)!.SetValue(standIn, new Dictionary<string, object?>());
            return standIn;
        }
        catch (Exception refusal) when (refusal is TypeLoadException or MissingMethodException or NotSupportedException)
        {
            throw new TestRefusedException($"cannot be given a {type.Name}, which only its runner can create: {refusal.Message}");
        }
    }

    private static void ToConsole(string text)
    {
        if (ControlledThread.Current is { } thread)
        {
            ConsoleHooks.Write(text, thread, 0);
        }
    }

    private static Type Implement(Type type)
    {
        // So the names in it resolve as in the assembly of the type: to the copy under check.
        using AssemblyLoadContext.ContextualReflectionScope scope = AssemblyLoadContext.EnterContextualReflection(type.Assembly);
        var name = new AssemblyName($"{type.Name} of braid check");
        TypeBuilder builder = AssemblyBuilder.DefineDynamicAssembly(name, AssemblyBuilderAccess.RunAndCollect)
            .DefineDynamicModule("main").DefineType("StandIn", TypeAttributes.Public, type.IsInterface ? typeof(object) : type);
        FieldBuilder write = builder.DefineField(Write, typeof(Action<string>), FieldAttributes.Public);
        FieldBuilder properties = builder.DefineField(Properties, typeof(Dictionary<string, object?>), FieldAttributes.Public);
        foreach (Type implemented in type.IsInterface ? type.GetInterfaces().Prepend(type) : [])
        {
            builder.AddInterfaceImplementation(implemented);
        }

        foreach (MethodInfo method in Abstract(type))
        {
            Emit(builder, method, write, properties);
        }

        return builder.CreateType();
    }

    private static IEnumerable<MethodInfo> Abstract(Type type)
    {
        const BindingFlags any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
        IEnumerable<Type> types = type.IsInterface ? type.GetInterfaces().Prepend(type) : [type];
        return types.SelectMany(static one => one.GetMethods(any)).Where(static method => method.IsAbstract);
    }

    private static void Emit(TypeBuilder builder, MethodInfo method, FieldInfo write, FieldInfo properties)
    {
        Type[] parameters = [.. method.GetParameters().Select(static parameter => parameter.ParameterType)];
        MethodAttributes access = method.Attributes & (MethodAttributes.MemberAccessMask | MethodAttributes.SpecialName);
        MethodBuilder made = builder.DefineMethod(
            method.Name, access | MethodAttributes.Virtual | MethodAttributes.HideBySig, method.ReturnType, parameters);
        ILGenerator il = made.GetILGenerator();
        if (method.Name is "Write" or "WriteLine" && parameters is [{ } text, ..] && text == typeof(string))
        {
            EmitWrite(il, parameters, write, method.Name == "WriteLine");
        }
        else
        {
            EmitEmpty(il, method.ReturnType, properties);
        }

        il.Emit(OpCodes.Ret);
        builder.DefineMethodOverride(made, method);
    }

    private static void EmitWrite(ILGenerator il, Type[] parameters, FieldInfo write, bool isLine)
    {
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldfld, write);
        il.Emit(OpCodes.Ldarg_1);
        if (parameters is [_, var arguments] && arguments == typeof(object[]))
        {
            il.Emit(OpCodes.Ldarg_2);
            il.Emit(OpCodes.Call, typeof(string).GetMethod(nameof(string.Format), [typeof(string), typeof(object[])])!);
        }

        il.Emit(OpCodes.Ldstr, isLine ? Environment.NewLine : "");
        il.Emit(OpCodes.Call, typeof(string).GetMethod(nameof(string.Concat), [typeof(string), typeof(string)])!);
        il.Emit(OpCodes.Callvirt, typeof(Action<string>).GetMethod(nameof(Action.Invoke))!);
    }

    private static void EmitEmpty(ILGenerator il, Type returned, FieldInfo properties)
    {
        if (returned == typeof(string))
        {
            il.Emit(OpCodes.Ldstr, "");
        }
        else if (returned.IsAssignableFrom(properties.FieldType) && returned != typeof(object))
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldfld, properties);
        }
        else if (returned != typeof(void))
        {
            LocalBuilder empty = il.DeclareLocal(returned);
            il.Emit(OpCodes.Ldloc, empty);
        }
    }
}
