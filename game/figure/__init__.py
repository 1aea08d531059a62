"""The drawn human: skeleton, arms, hands, face."""
