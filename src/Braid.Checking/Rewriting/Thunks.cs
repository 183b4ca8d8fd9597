using Braid.Checking.Hooks;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Braid.Checking.Rewriting;

/// <summary>Small methods with the shape of hooked ones, for delegates made from those.</summary>
internal sealed class Thunks(ModuleContext context)
{
    private TypeDefinition? _holder;
    private int _count;

    /// <summary>A static method that takes the object and the parameters, and calls the hook or stops the run.</summary>
    public MethodDefinition For(MethodReference member, HookMatch match, int site)
    {
        ModuleDefinition module = context.Module;
        TypeReference returns = GenericContext.Resolve(member.ReturnType, member);
        var thunk = new MethodDefinition($"{member.Name}#{_count++}", MethodAttributes.Assembly | MethodAttributes.Static, returns);
        bool boxed = member.HasThis && member.DeclaringType.Resolve() is { IsValueType: true };
        if (member.HasThis)
        {
            thunk.Parameters.Add(new ParameterDefinition(boxed ? module.TypeSystem.Object : member.DeclaringType));
        }

        foreach (ParameterDefinition parameter in member.Parameters)
        {
            thunk.Parameters.Add(new ParameterDefinition(GenericContext.Resolve(parameter.ParameterType, member)));
        }

        ILProcessor body = thunk.Body.GetILProcessor();
        bool open = thunk.Parameters.Any(parameter => parameter.ParameterType.ContainsGenericParameter) || returns.ContainsGenericParameter;
        if (match.Action == HookAction.Refuse || open)
        {
            body.Emit(OpCodes.Ldstr, $"{member.DeclaringType.FullName}.{member.Name}");
            body.Emit(OpCodes.Ldc_I4, site);
            body.Emit(OpCodes.Call, context.Import(typeof(Refusal), nameof(Refusal.Stop)));
        }

        foreach (ParameterDefinition parameter in thunk.Parameters)
        {
            body.Emit(OpCodes.Ldarg, parameter);
            if (boxed && parameter.Index == 0)
            {
                body.Emit(OpCodes.Unbox, member.DeclaringType);
            }
        }

        if (match.Action == HookAction.Replace)
        {
            body.Emit(OpCodes.Ldc_I4, site);
            body.Emit(OpCodes.Call, context.Import(match.Hook!, match.Arguments));
        }
        else
        {
            body.Emit(member.HasThis && !boxed ? OpCodes.Callvirt : OpCodes.Call, member);
        }

        body.Emit(OpCodes.Ret);
        Holder(module).Methods.Add(thunk);
        return thunk;
    }

    private TypeDefinition Holder(ModuleDefinition module)
    {
        if (_holder is null)
        {
            _holder = new TypeDefinition("", "<BraidThunks>", TypeAttributes.NotPublic | TypeAttributes.Abstract | TypeAttributes.Sealed, module.TypeSystem.Object);
            module.Types.Add(_holder);
        }

        return _holder;
    }
}
