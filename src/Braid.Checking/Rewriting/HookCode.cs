using System.Reflection;
using System.Reflection.Emit;
using Braid.Checking.Engine;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Code = System.Reflection.Emit.OpCodes;
using OpCodes = Mono.Cecil.Cil.OpCodes;

namespace Braid.Checking.Rewriting;

/// <summary>The code that calls a hook in place of a member whose arguments lie on the stack.</summary>
/// <remarks>
/// <code>
///         call    ControlledThread.AtHook
///         dup
///         brfalse own
///         (steps) turn the arguments, and the thread on top of them, into those of the hook
///         ldc     site
///         call    hook
///         br      end
///   own:  pop
///         call    member
///   end:
/// </code>
/// Both paths take the same values from the stack and push the same, and whatever lies below stays there. All jumps go forward, and stay
/// within the protected region of the call.
/// </remarks>
internal sealed class HookCode(ModuleContext context, HookMatch match)
{
    private static readonly MethodInfo s_current = typeof(ControlledThread).GetMethod(nameof(ControlledThread.AtHook))!;

    /// <param name="own">The program's own call.</param>
    /// <param name="site">The call's site.</param>
    /// <param name="arguments">
    /// The types of the values on the stack, the object first; not needed if the hook takes the same arguments.
    /// </param>
    /// <param name="local">Makes a local for an argument, given its type and index.</param>
    public List<Instruction> Build(
        Instruction[] own, int site, TypeReference[]? arguments = null, Func<TypeReference, int, VariableDefinition>? local = null)
    {
        Dictionary<int, VariableDefinition> aside = [];
        List<Instruction> code = [];
        Instruction elsewhere = Instruction.Create(OpCodes.Pop);
        Instruction end = Instruction.Create(OpCodes.Nop);
        if (match.TakesThread)
        {
            code.AddRange(
            [
                Instruction.Create(OpCodes.Call, context.Import(s_current)),
                Instruction.Create(OpCodes.Dup),
                Instruction.Create(OpCodes.Brfalse, elsewhere),
            ]);
        }

        foreach (HookStep step in match.Steps)
        {
            code.Add(step.Kind switch
            {
                HookStepKind.Store => Instruction.Create(OpCodes.Stloc, aside[step.Number] = local!(TypeOf(step.Number), step.Number)),
                HookStepKind.Load => Instruction.Create(OpCodes.Ldloc, aside[step.Number]),
                HookStepKind.Number => Instruction.Create(OpCodes.Ldc_I4, step.Number),
                HookStepKind.Null => Instruction.Create(OpCodes.Ldnull),
                _ => Instruction.Create(OpCodes.Call, context.Import(step.Method!)),
            });
        }

        code.AddRange(
        [
            Instruction.Create(OpCodes.Ldc_I4, site),
            Instruction.Create(OpCodes.Call, context.Import(match.Hook!, match.TypeArguments)),
        ]);
        if (match.DropsResult)
        {
            code.Add(Instruction.Create(OpCodes.Pop));
        }

        if (match.TakesThread)
        {
            code.AddRange([Instruction.Create(OpCodes.Br, end), elsewhere, .. own, end]);
        }

        return code;

        TypeReference TypeOf(int number) =>
            number < arguments!.Length ? arguments[number] : context.Module.ImportReference(typeof(ControlledThread));
    }

    /// <summary>Emits the same code through reflection, into code that the program generates while it runs.</summary>
    public static void Emit(ILGenerator code, HookMatch match, System.Reflection.Emit.OpCode call, MethodInfo member, int site)
    {
        Dictionary<int, LocalBuilder> aside = [];
        Label elsewhere = code.DefineLabel();
        Label end = code.DefineLabel();
        Type[] arguments =
        [
            .. member.IsStatic ? [] : new[] { member.DeclaringType! },
            .. member.GetParameters().Select(static parameter => parameter.ParameterType),
            typeof(ControlledThread),
        ];
        if (match.TakesThread)
        {
            code.Emit(Code.Call, s_current);
            code.Emit(Code.Dup);
            code.Emit(Code.Brfalse, elsewhere);
        }

        foreach (HookStep step in match.Steps)
        {
            switch (step.Kind)
            {
                case HookStepKind.Store:
                    code.Emit(Code.Stloc, aside[step.Number] = code.DeclareLocal(arguments[step.Number]));
                    break;
                case HookStepKind.Load:
                    code.Emit(Code.Ldloc, aside[step.Number]);
                    break;
                case HookStepKind.Number:
                    code.Emit(Code.Ldc_I4, step.Number);
                    break;
                case HookStepKind.Null:
                    code.Emit(Code.Ldnull);
                    break;
                default:
                    code.Emit(Code.Call, step.Method!);
                    break;
            }
        }

        code.Emit(Code.Ldc_I4, site);
        code.Emit(Code.Call, match.Hook!);
        if (match.DropsResult)
        {
            code.Emit(Code.Pop);
        }

        if (match.TakesThread)
        {
            code.Emit(Code.Br, end);
            code.MarkLabel(elsewhere);
            code.Emit(Code.Pop);
            code.Emit(call, member);
            code.MarkLabel(end);
        }
    }
}
