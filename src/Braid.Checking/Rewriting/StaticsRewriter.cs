using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Braid.Checking.Rewriting;

/// <summary>Makes the statics of a type resettable to their first state before each run.</summary>
/// <remarks>
/// The static constructor's body moves into a method of its own, <c>&lt;init&gt;</c>. What remains has <see cref="Statics.Initialize"/>
/// call that method. <c>&lt;reset&gt;</c> clears the fields and calls it again. So a type is initialized for the first time when .NET does
/// so, and again before each run. A type without a static constructor gets one. Readonly statics become writable: they are written again,
/// and the compiler would otherwise treat them as constants. Event sources, meters and the like register themselves for the life of the
/// process, so those are made once and kept; an argument of <c>&lt;init&gt;</c> says whether it runs for the first time.
/// </remarks>
internal static class StaticsRewriter
{
    public static MethodDefinition? ConstructorOf(TypeDefinition type) =>
        type.Methods.FirstOrDefault(static method => method is { IsConstructor: true, IsStatic: true });

    /// <param name="type">The type.</param>
    /// <param name="context">The context of its module.</param>
    /// <param name="token">Stands for the original's static constructor, even if it has none: what is added here belongs to that.</param>
    public static void Rewrite(TypeDefinition type, ModuleContext context, int token)
    {
        List<FieldDefinition> fields =
        [
            .. type.Fields.Where(field => field is { IsStatic: true, IsLiteral: false }
                && (field.Attributes & FieldAttributes.HasFieldRVA) == 0
                && !field.Name.StartsWith("<>9", StringComparison.Ordinal)),
        ];
        if (fields.Count == 0 || type.Name.StartsWith("<>O", StringComparison.Ordinal) || type.Name == "<Module>")
        {
            return;
        }

        MethodDefinition? constructor = ConstructorOf(type);
        int present = type.Methods.Count;
        List<FieldDefinition> kept = fields.FindAll(RegistersItself);
        if (kept.Count > 0 && constructor is not null && !new OnceOnly(constructor).Guard(kept))
        {
            return;
        }

        MethodDefinition? initialize = constructor is null ? null : MoveBody(type, constructor, context);
        constructor ??= NewConstructor(type, context);
        List<FieldDefinition> perThread = fields.FindAll(FieldsOf.IsThreadStatic);
        List<FieldDefinition> shared = [.. fields.Except(perThread).Except(kept)];
        shared.ForEach(field => field.IsInitOnly = false);
        MethodDefinition reset = Reset("<reset>", type, shared, initialize, context);
        ILProcessor il = constructor.Body.GetILProcessor();
        if (perThread.Count > 0)
        {
            EmitDelegate(il, Own(Reset("<resetThread>", type, perThread, null, context), type), typeof(Action), context);
            il.Emit(OpCodes.Call, context.Import(typeof(Statics), nameof(Statics.InitializePerThread)));
        }

        EmitDelegate(il, Own(reset, type), typeof(Action), context);
        if (initialize is null)
        {
            il.Emit(OpCodes.Ldnull);
        }
        else
        {
            EmitDelegate(il, Own(initialize, type), typeof(Action<bool>), context);
        }

        il.Emit(OpCodes.Call, context.Import(typeof(Statics), nameof(Statics.Initialize)));
        il.Emit(OpCodes.Ret);
        foreach (MethodDefinition added in type.Methods.Skip(present))
        {
            context.Originals.Add(added, token);
        }

        if (initialize is not null)
        {
            new BodyWrapper(initialize).Wrap(
                [Instruction.Create(OpCodes.Call, context.Import(typeof(Statics), nameof(Statics.Enter)))],
                [Instruction.Create(OpCodes.Call, context.Import(typeof(Statics), nameof(Statics.Leave)))]);
        }
    }

    private static bool RegistersItself(FieldDefinition field) =>
        field.FieldType.FullName.StartsWith("System.Diagnostics.", StringComparison.Ordinal)
        || field.FieldType.Resolve()?.BaseType?.Name == "EventSource";

    private static MethodDefinition MoveBody(TypeDefinition type, MethodDefinition constructor, ModuleContext context)
    {
        MethodDefinition initialize = New("<init>", type, context);
        initialize.Parameters.Add(new ParameterDefinition("first", ParameterAttributes.None, context.Module.TypeSystem.Boolean));
        initialize.Body = constructor.Body;
        constructor.Body = new MethodBody(constructor);
        return initialize;
    }

    private static MethodDefinition NewConstructor(TypeDefinition type, ModuleContext context)
    {
        var constructor = new MethodDefinition(
            ".cctor",
            MethodAttributes.Private | MethodAttributes.Static | MethodAttributes.HideBySig
                | MethodAttributes.SpecialName | MethodAttributes.RTSpecialName,
            context.Module.TypeSystem.Void);
        type.Methods.Add(constructor);
        type.IsBeforeFieldInit = true;
        return constructor;
    }

    private static MethodDefinition Reset(
        string name, TypeDefinition type, List<FieldDefinition> fields, MethodDefinition? initialize, ModuleContext context)
    {
        MethodDefinition reset = New(name, type, context);
        ILProcessor il = reset.Body.GetILProcessor();
        foreach (FieldDefinition field in fields)
        {
            il.Emit(OpCodes.Ldsflda, Own(field, type));
            il.Emit(OpCodes.Initobj, field.FieldType is IModifierType modified ? modified.ElementType : field.FieldType);
        }

        if (initialize is not null)
        {
            il.Emit(OpCodes.Ldc_I4_0);
            il.Emit(OpCodes.Call, Own(initialize, type));
        }

        il.Emit(OpCodes.Ret);
        return reset;
    }

    private static MethodDefinition New(string name, TypeDefinition type, ModuleContext context)
    {
        const MethodAttributes attributes = MethodAttributes.Private | MethodAttributes.Static | MethodAttributes.HideBySig;
        var method = new MethodDefinition(name, attributes, context.Module.TypeSystem.Void);
        type.Methods.Add(method);
        return method;
    }

    private static void EmitDelegate(ILProcessor il, MethodReference method, Type type, ModuleContext context)
    {
        il.Emit(OpCodes.Ldnull);
        il.Emit(OpCodes.Ldftn, method);
        il.Emit(OpCodes.Newobj, context.Module.ImportReference(type.GetConstructors()[0]));
    }

    /// <summary>The member as code within its own type refers to it: with the type's own parameters.</summary>
    private static MethodReference Own(MethodDefinition method, TypeDefinition type)
    {
        if (!type.HasGenericParameters)
        {
            return method;
        }

        var own = new MethodReference(method.Name, method.ReturnType, OwnInstance(type));
        foreach (ParameterDefinition parameter in method.Parameters)
        {
            own.Parameters.Add(new ParameterDefinition(parameter.ParameterType));
        }

        return own;
    }

    private static FieldReference Own(FieldDefinition field, TypeDefinition type) =>
        type.HasGenericParameters ? new FieldReference(field.Name, field.FieldType, OwnInstance(type)) : field;

    private static GenericInstanceType OwnInstance(TypeDefinition type)
    {
        var instance = new GenericInstanceType(type);
        foreach (GenericParameter parameter in type.GenericParameters)
        {
            instance.GenericArguments.Add(parameter);
        }

        return instance;
    }
}
