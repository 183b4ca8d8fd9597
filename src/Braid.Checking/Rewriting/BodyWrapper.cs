using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Braid.Checking.Rewriting;

/// <summary>Puts code before a method body, and code after it that runs however the body ends.</summary>
internal sealed class BodyWrapper(MethodDefinition method)
{
    public void Wrap(IReadOnlyList<Instruction> before, IReadOnlyList<Instruction> after)
    {
        MethodBody body = method.Body;
        ILProcessor il = body.GetILProcessor();
        bool returns = !StackEffect.IsVoid(method.ReturnType);
        VariableDefinition? result = null;
        if (returns)
        {
            result = new VariableDefinition(method.ReturnType);
            body.Variables.Add(result);
            body.InitLocals = true;
        }

        Instruction first = body.Instructions[0];
        Instruction end = returns ? Instruction.Create(OpCodes.Ldloc, result) : Instruction.Create(OpCodes.Nop);
        // A tail call would leave the method before the code after it could run.
        foreach (Instruction tail in body.Instructions.Where(static instruction => instruction.OpCode.Code == Code.Tail))
        {
            tail.OpCode = OpCodes.Nop;
        }

        foreach (Instruction ret in body.Instructions.Where(instruction => instruction.OpCode.Code == Code.Ret).ToList())
        {
            if (returns)
            {
                ret.OpCode = OpCodes.Stloc;
                ret.Operand = result;
                il.InsertAfter(ret, Instruction.Create(OpCodes.Leave, end));
            }
            else
            {
                ret.OpCode = OpCodes.Leave;
                ret.Operand = end;
            }
        }

        foreach (Instruction instruction in before)
        {
            il.InsertBefore(first, instruction);
        }

        foreach (Instruction instruction in after)
        {
            il.Append(instruction);
        }

        il.Append(Instruction.Create(OpCodes.Endfinally));
        il.Append(end);
        il.Append(Instruction.Create(OpCodes.Ret));
        body.ExceptionHandlers.Add(new ExceptionHandler(ExceptionHandlerType.Finally)
        {
            TryStart = first,
            TryEnd = after[0],
            HandlerStart = after[0],
            HandlerEnd = end,
        });
    }
}
